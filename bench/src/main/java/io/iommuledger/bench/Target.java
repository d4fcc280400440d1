package io.iommuledger.bench;

import java.util.Locale;

/** What a median should be. A ratio has the empty unit. */
record Target(Bound bound, double limit, String unit) {

    enum Bound {
        AT_MOST("at most"),
        AT_LEAST("at least"),
        BELOW("below");

        private final String words;

        Bound(String words) {
            this.words = words;
        }
    }

    static Target atMost(double limit, String unit) {
        return new Target(Bound.AT_MOST, limit, unit);
    }

    static Target atLeast(double limit, String unit) {
        return new Target(Bound.AT_LEAST, limit, unit);
    }

    static Target below(double limit, String unit) {
        return new Target(Bound.BELOW, limit, unit);
    }

    boolean isMetBy(double value) {
        return switch (bound) {
            case AT_MOST -> value <= limit;
            case AT_LEAST -> value >= limit;
            case BELOW -> value < limit;
        };
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f %s", bound.words, limit, unit)
                .strip();
    }
}
