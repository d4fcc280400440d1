package io.iommuledger.bench;

import java.util.Arrays;

/** How long each of many answers took, in nanoseconds, ascending. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Latencies(long[] nanos) {
    private static final double NANOS_PER_MILLI = 1e6;

    static Latencies of(long[] measured) {
        if (measured.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        long[] ascending = measured.clone();
        Arrays.sort(ascending);
        return new Latencies(ascending);
    }

    /** What one in two takes longer than. */
    double medianMillis() {
        return millis(0.5);
    }

    /** What one in a hundred takes longer than. */
    double p99Millis() {
        return millis(0.99);
    }

    double meanMillis() {
        return Arrays.stream(nanos).average().orElseThrow() / NANOS_PER_MILLI;
    }

    private double millis(double share) {
        return nanos[(int) Math.min(nanos.length - 1L, (long) (nanos.length * share))] / NANOS_PER_MILLI;
    }
}
