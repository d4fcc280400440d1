package io.iommuledger.verify;

import io.iommuledger.verify.source.RecordSource;
import java.util.Locale;
import java.util.function.Supplier;

/** How far a log is read, as a bar with the time that is left. */
final class LogProgress {
    private static final int WIDTH = 30;
    private static final double NANOS_PER_SECOND = 1e9;

    private LogProgress() {}

    static Supplier<String> of(RecordSource source) {
        long began = System.nanoTime();
        return () -> bar(source.done(), source.total(), (System.nanoTime() - began) / NANOS_PER_SECOND);
    }

    static String bar(long done, long total, double seconds) {
        double part = total <= 0 ? 1 : Math.min(1, (double) done / total);
        int full = (int) (part * WIDTH);
        String left = part > 0 && part < 1
                ? String.format(Locale.ROOT, ", %,.0f s left", Math.ceil(seconds * (1 - part) / part))
                : "";
        return String.format(
                Locale.ROOT, "[%s%s] %3.0f %%%s", "#".repeat(full), ".".repeat(WIDTH - full), 100 * part, left);
    }
}
