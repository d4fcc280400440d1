package io.iommuledger.verify;

import io.iommuledger.cli.ProgressLine;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.verify.check.BundleVerifier;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.LogKeys;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Trust;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.report.ReportJson;
import io.iommuledger.verify.report.ReportText;
import io.iommuledger.verify.report.Verdict;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Secrets;
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verifies a log against checkpoints that are held elsewhere. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Holds a log against checkpoints kept elsewhere: finds what was edited, removed, added or moved, by"
                        + " whomever.",
        footer = "Exits with 0 if all is well, 1 if something was tampered with, 2 if it could not be checked.")
public final class VerifyCommand implements Callable<Integer> {
    private static final String MEMORY = "it takes more memory than there is; JAVA_OPTS=-Xmx… gives more";

    @Mixin
    private final Source source = new Source();

    private final Screen screen;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            required = true,
            description =
                    "A checkpoint that the log signed, as it was sent or mailed. Several narrow down where it differs.")
    private List<Path> checkpoints = new ArrayList<>();

    @Option(
            names = "--log-key",
            paramLabel = "VKEY",
            required = true,
            description =
                    "The log's verifier key, name+id+base64, or a file that has it, and others, one a line. Given several"
                            + " times if several sign for the log, or its key was changed: each checkpoint must be signed by one.")
    private List<String> logKeys = new ArrayList<>();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description =
                    "Hosts' keys, kept elsewhere: a line each, HOST SHA256:… . Each fact must be signed by one of its"
                            + " host's then. Without it signatures are verified with the keys that the log itself names.")
    private @Nullable Path trust;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public VerifyCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        try {
            Report report = verified();
            screen.out().print(json ? ReportJson.of(report) + System.lineSeparator() : ReportText.of(report));
            if (screen.lost()) {
                return unchecked("the result cannot be written: the disk is full, or nobody reads it any more");
            }
            return Verdict.of(report).exitCode();
        } catch (Unreadable why) {
            return unchecked(String.valueOf(why.getMessage()));
        } catch (OutOfMemoryError most) {
            // Else the process would end with the code that says that something was tampered with.
            return unchecked(MEMORY);
        } catch (RuntimeException unexpected) {
            return unchecked(
                    unexpected.getCause() instanceof OutOfMemoryError
                            ? MEMORY
                            : "something went wrong in the verifier itself: " + unexpected);
        } finally {
            screen.out().flush();
            screen.err().flush();
        }
    }

    private int unchecked(String what) {
        String why = Secrets.hidden(what);
        if (json) {
            screen.out().println(ReportJson.unchecked(why));
        }
        screen.err().println("iommu-ledger: not checked: " + Printable.of(why));
        return Verdict.UNCHECKED.exitCode();
    }

    private Report verified() throws Unreadable {
        LogKeys keys = LogKeys.read(logKeys);
        List<Held> held = new ArrayList<>();
        for (Path file : checkpoints) {
            held.add(Held.read(file, keys));
        }
        Optional<Trust> trusted = trust == null ? Optional.empty() : Optional.of(Trust.read(trust));
        Optional<Path> bundle = source.bundle();
        if (bundle.isPresent()) {
            return BundleVerifier.verify(bundle.get(), held, trusted);
        }
        try (RecordSource opened = source.open();
                Verifier verifier = new Verifier();
                var _ = ProgressLine.begin(screen, LogProgress.of(opened))) {
            return verifier.verify(opened, held, keys, trusted);
        }
    }
}
