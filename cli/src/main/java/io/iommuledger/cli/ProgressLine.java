package io.iommuledger.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/** A line on the terminal of who waits for longer than a second; it is gone before anything else is printed. */
public final class ProgressLine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long TICK_MILLIS = 200;
    private static final String CLEARED = "\r\u001b[K";

    private final PrintStream terminal;
    private final Supplier<String> text;
    private final Thread ticking;

    private ProgressLine(Screen screen, Duration before, Supplier<String> text) {
        this.terminal = screen.err();
        this.text = text;
        this.ticking = Thread.ofVirtual().name("progress").unstarted(() -> tick(before));
        if (screen.attended()) {
            ticking.start();
        }
    }

    /** @param text what the line says, asked for again and again, on a thread of its own */
    public static ProgressLine begin(Screen screen, Supplier<String> text) {
        return new ProgressLine(screen, PATIENCE, text);
    }

    /** For one who has waited for a while. */
    static ProgressLine goOn(Screen screen, Duration waited, Supplier<String> text) {
        return new ProgressLine(screen, PATIENCE.minus(waited), text);
    }

    private void tick(Duration before) {
        boolean drawn = false;
        try {
            Thread.sleep(before.isNegative() ? Duration.ZERO : before);
            while (true) {
                drawn = true;
                terminal.print(CLEARED + text.get());
                terminal.flush();
                Thread.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException over) {
            if (drawn) {
                terminal.print(CLEARED);
                terminal.flush();
            }
        }
    }

    @Override
    public void close() {
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
