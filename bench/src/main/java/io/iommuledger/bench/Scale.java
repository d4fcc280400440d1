package io.iommuledger.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How large a benchmark is, against its full size: {@code -Dbench.scale}. A hundredth shows in a minute what is wrong with
 * one, not how fast anything is.
 */
final class Scale {
    private static final double SHARE = parsed().orElse(1);

    private Scale() {}

    private static String given() {
        return System.getProperty("bench.scale", "1");
    }

    private static OptionalDouble parsed() {
        try {
            double share = Double.parseDouble(given());
            return share > 0 && share <= 1 ? OptionalDouble.of(share) : OptionalDouble.empty();
        } catch (NumberFormatException none) {
            return OptionalDouble.empty();
        }
    }

    /** What is wrong with what was asked for; empty if nothing is. */
    static Optional<String> wrong() {
        return parsed().isPresent()
                ? Optional.empty()
                : Optional.of("SCALE is '" + given() + "'; expected a share above 0 and up to 1, for example 0.01");
    }

    /** @param full at least one of which is left */
    static int of(int full) {
        return Math.toIntExact(Math.max(1, Math.round(full * SHARE)));
    }

    static boolean isFull() {
        return SHARE == 1;
    }
}
