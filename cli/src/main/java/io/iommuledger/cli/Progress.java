package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** A line on the terminal of who waits for longer than a second; it is gone before anything else is printed. */
final class Progress {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long TICK_MILLIS = 200;
    private static final String CLEARED = "\r\u001b[K";

    private final PrintStream terminal;
    private final boolean shown;
    private final long began = System.nanoTime();

    Progress(Screen screen) {
        this.terminal = screen.err();
        this.shown = screen.attended();
    }

    /** @param rows that there have been so far */
    Answer during(long rows, LedgerClient client, Request request) throws Failure {
        if (!shown) {
            return client.get(request);
        }
        Thread ticking = Thread.ofVirtual().name("progress").start(() -> tick(rows));
        try {
            return client.get(request);
        } finally {
            ended(ticking);
        }
    }

    private void tick(long rows) {
        boolean drawn = false;
        try {
            Duration left = PATIENCE.minusNanos(System.nanoTime() - began);
            Thread.sleep(left.isNegative() ? Duration.ZERO : left);
            while (true) {
                drawn = true;
                terminal.printf(
                        Locale.ROOT,
                        "%swaiting for the server: %,d s, %,d rows so far",
                        CLEARED,
                        (System.nanoTime() - began) / 1_000_000_000,
                        rows);
                terminal.flush();
                Thread.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException answered) {
            if (drawn) {
                terminal.print(CLEARED);
                terminal.flush();
            }
        }
    }

    private static void ended(Thread ticking) {
        ticking.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                ticking.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
