package io.iommuledger.lifecycle.replay;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How fast effective time passes.
 *
 * @param factor of the speed at which it really passed; 0 for as fast as possible
 */
public record Speed(double factor) {
    public static final Speed REAL = new Speed(1);
    public static final Speed MAX = new Speed(0);
    public static final String EXPECTED = "a number from 0.1 to 1000, or max";

    private static final Pattern FORM = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,3})?");

    /** Empty if the text is none. */
    public static Optional<Speed> parse(String text) {
        if (text.equals("max")) {
            return Optional.of(MAX);
        }
        double factor = FORM.matcher(text).matches() ? Double.parseDouble(text) : 0;
        return factor < 0.1 || factor > 1000 ? Optional.empty() : Optional.of(new Speed(factor));
    }

    public boolean unbounded() {
        return factor == 0;
    }

    /** How long effective time takes to pass, in nanoseconds. */
    public long lasts(long nanos) {
        return unbounded() ? 0 : (long) Math.min(Long.MAX_VALUE, nanos / factor);
    }

    @Override
    public String toString() {
        if (unbounded()) {
            return "max";
        }
        return (factor == Math.rint(factor) ? Long.toString((long) factor) : Double.toString(factor)) + "x";
    }
}
