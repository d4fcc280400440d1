package io.iommuledger.bench;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** What a median should be. A ratio has the empty unit. */
record Target(Bound bound, double limit, String unit) {

    enum Bound {
        AT_MOST("at most"),
        AT_LEAST("at least"),
        BELOW("below"),
        /** Whatever it is, it is to be known. */
        NONE("none");

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

    static Target none(String unit) {
        return new Target(Bound.NONE, 0, unit);
    }

    String verdict(double value) {
        boolean met = switch (bound) {
            case AT_MOST -> value <= limit;
            case AT_LEAST -> value >= limit;
            case BELOW -> value < limit;
            case NONE -> true;
        };
        return bound == Bound.NONE ? "stated" : met ? "met" : "missed";
    }

    @Override
    public String toString() {
        if (bound == Bound.NONE) {
            return bound.words;
        }
        String number = new DecimalFormat("0.0#", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(limit);
        return String.join(" ", bound.words, number, unit).strip();
    }
}
