package io.iommuledger.bench;

import java.util.Locale;

/** A benchmark's line of output. The median decides. */
record Result(String name, Samples samples, Target target) {

    String line() {
        String spread = String.format(
                Locale.ROOT,
                "%8.2f %-2s  (%.2f to %.2f, %d runs)",
                samples.median(),
                target.unit(),
                samples.min(),
                samples.max(),
                samples.count());
        return columns(name, spread, target, Scale.isFull() ? target.verdict(samples.median()) : "not of full size");
    }

    static String notRun(String name, Target target) {
        return columns(name, "       -", target, "could not run");
    }

    private static String columns(String name, String figure, Target target, String verdict) {
        return String.format(Locale.ROOT, "%-16s %-42s  target %-16s %s", name, figure, target, verdict);
    }
}
