package io.iommuledger.bench;

/**
 * How large a benchmark is, against its full size: {@code -Dbench.scale}. A hundredth shows in a minute what is wrong with
 * one, not how fast anything is.
 */
final class Scale {
    private static final double SHARE = Double.parseDouble(System.getProperty("bench.scale", "1"));

    private Scale() {}

    /** @param full at least one of which is left */
    static int of(int full) {
        return Math.toIntExact(Math.max(1, Math.round(full * SHARE)));
    }

    static boolean isFull() {
        return SHARE == 1;
    }
}
