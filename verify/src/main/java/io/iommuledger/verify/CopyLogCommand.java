package io.iommuledger.verify;

import io.iommuledger.cli.ProgressLine;
import io.iommuledger.cli.Reason;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.verify.report.Verdict;
import io.iommuledger.verify.source.ExportFile;
import io.iommuledger.verify.source.Portion;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Secrets;
import io.iommuledger.verify.source.Unreadable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies a log into a file. */
@Command(
        name = "copy-log",
        mixinStandardHelpOptions = true,
        description =
                "Copies a log, the bytes as they are stored and signed, into a file that 'verify' reads on a machine"
                        + " with nothing else. Copying checks nothing.",
        footer = "Exits with 0 if it was copied, 2 if it could not be.")
public final class CopyLogCommand implements Callable<Integer> {
    @Mixin
    private final Source source = new Source();

    private final Screen screen;

    @Parameters(index = "1", paramLabel = "FILE", description = "What is written; it must not be there.")
    private Path file = Path.of("");

    public CopyLogCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        try (RecordSource opened = source.open();
                ExportFile export = ExportFile.create(file);
                var _ = ProgressLine.begin(screen, LogProgress.of(opened))) {
            for (Optional<Portion> next = opened.next(); next.isPresent(); next = opened.next()) {
                export.write(next.get().block());
            }
            if (opened.damage().isPresent()) {
                return failed(opened.damage().get());
            }
            export.write(opened.proofs().tiles());
            export.end();
            if (export.leaves() == 0 && export.records() > 0) {
                screen.err()
                        .println(
                                "iommu-ledger: copied without the hashes of the leaves, which are not there or not for this"
                                        + " login to read: 'verify' names a range where it could name a record");
                screen.err().flush();
            }
            return Verdict.FINE.exitCode();
        } catch (FileAlreadyExistsException there) {
            return failed(file + " is there already");
        } catch (IOException unwritten) {
            return failed(file + " cannot be written: " + Reason.of(unwritten));
        } catch (Unreadable unread) {
            return failed(String.valueOf(unread.getMessage()));
        } catch (RuntimeException unexpected) {
            return failed("something went wrong in copying itself: " + unexpected);
        }
    }

    private int failed(String why) {
        screen.err().println("iommu-ledger: not copied: " + Printable.of(Secrets.hidden(why)));
        screen.err().flush();
        return Verdict.UNCHECKED.exitCode();
    }
}
