package io.iommuledger.cli.export;

import io.iommuledger.cli.ProgressLine;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.LineAnswer;
import io.iommuledger.cli.client.Request;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Writes what happened in a period. A file has its name when it is whole, and not before. */
final class Period {
    private final LedgerClient client;
    private final Screen screen;
    private final AtomicLong lines = new AtomicLong();

    Period(LedgerClient client, Screen screen) {
        this.client = client;
        this.screen = screen;
    }

    void print(Request request) throws Failure, InterruptedException {
        write(request, screen.out());
        if (screen.out().checkError()) {
            throw Failure.refused("nobody reads what is printed any more");
        }
    }

    void save(Request request, Path file) throws Failure, InterruptedException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (PrintStream out = new PrintStream(Files.newOutputStream(part), false, StandardCharsets.UTF_8)) {
            write(request, out);
            if (out.checkError()) {
                throw new IOException("it does not take all of it");
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Failure.refused("cannot write to " + file + ": " + e.getMessage());
        }
    }

    private void write(Request request, PrintStream out) throws Failure, InterruptedException {
        try (var _ = ProgressLine.begin(screen, () -> String.format(Locale.ROOT, "%,d lines so far", lines.get()))) {
            LineAnswer answer = client.lines(request, all -> {
                for (String line = all.lines().readLine();
                        line != null;
                        line = all.lines().readLine()) {
                    out.append(line).append('\n');
                    lines.incrementAndGet();
                }
                return all;
            });
            out.flush();
            screen.err()
                    .println(String.format(
                            Locale.ROOT,
                            "%,d lines: positions above %d and up to %d",
                            lines.get(),
                            answer.from(),
                            answer.position()));
        }
    }
}
