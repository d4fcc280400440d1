package io.iommuledger.query.replay;

import io.iommuledger.web.Problem;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * How fast effective time passes.
 *
 * @param factor of the speed at which it really passed; 0 for as fast as possible
 */
record Speed(double factor) {
    static final Speed REAL = new Speed(1);
    static final Speed MAX = new Speed(0);

    private static final Pattern FORM = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,3})?");
    private static final String EXPECTED = "a number from 0.1 to 1000, or max";

    static Speed parse(String text) {
        if (text.equals("max")) {
            return MAX;
        }
        double factor = FORM.matcher(text).matches() ? new BigDecimal(text).doubleValue() : 0;
        if (factor < 0.1 || factor > 1000) {
            throw Problem.badField("speed", text, EXPECTED);
        }
        return new Speed(factor);
    }

    /** How long effective time takes to pass, in nanoseconds. */
    long lasts(long nanos) {
        return factor == 0 ? 0 : (long) Math.min(Long.MAX_VALUE, nanos / factor);
    }

    Object shown() {
        return factor == 0 ? "max" : factor;
    }
}
