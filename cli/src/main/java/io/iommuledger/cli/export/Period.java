package io.iommuledger.cli.export;

import io.iommuledger.cli.ProgressLine;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.WholeFile;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.LineAnswer;
import io.iommuledger.cli.client.Request;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Writes what happened in a period. A file has its name when it is whole, and not before. */
final class Period {
    private static final int LOOK_EVERY_LINES = 1_000;

    private final LedgerClient client;
    private final Screen screen;
    private final AtomicLong lines = new AtomicLong();

    /** Takes the lines. */
    private interface Sink {
        void take(String line) throws IOException, Failure;
    }

    Period(LedgerClient client, Screen screen) {
        this.client = client;
        this.screen = screen;
    }

    void print(Request request) throws Failure, InterruptedException {
        LineAnswer answer = bring(request, line -> {
            screen.out().append(line).append('\n');
            if (lines.get() % LOOK_EVERY_LINES == 0) {
                screen.requirePrinted();
            }
        });
        screen.requirePrinted();
        say(answer);
    }

    void save(Request request, Path file) throws Failure, InterruptedException {
        say(WholeFile.written(file, out -> {
            BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
            LineAnswer answer = bring(request, line -> writer.append(line).append('\n'));
            writer.flush();
            return answer;
        }));
    }

    private LineAnswer bring(Request request, Sink sink) throws Failure, InterruptedException {
        try (var _ = ProgressLine.begin(screen, () -> String.format(Locale.ROOT, "%,d lines so far", lines.get()))) {
            return client.lines(request, LedgerClient.MAKING, all -> {
                for (String line = all.lines().readLine();
                        line != null;
                        line = all.lines().readLine()) {
                    sink.take(line);
                    lines.incrementAndGet();
                }
                return all;
            });
        }
    }

    private void say(LineAnswer answer) {
        screen.err()
                .println(String.format(
                        Locale.ROOT,
                        "%,d lines: positions above %d and up to %d",
                        lines.get(),
                        answer.from(),
                        answer.position()));
    }
}
