package io.iommuledger.cli.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Sizes and times for people. */
public final class Amounts {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final long NANOS = 1_000_000_000;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Amounts() {}

    /** {@code 64 KiB}: in the largest unit that leaves no fraction. What is no number stays as it is. */
    static String bytes(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text;
        }
        BigInteger bytes = new BigInteger(text);
        int unit = Math.min(Math.max(0, bytes.getLowestSetBit()) / 10, UNITS.length - 1);
        return bytes.shiftRight(10 * unit) + " " + UNITS[unit];
    }

    /** {@code 16.8 ms}, {@code 3.2 s}, {@code 4 min 10 s}, {@code 12 d 4 h}: two units or three digits at most. */
    public static String lasting(Duration time) {
        Duration length = time.isNegative() ? Duration.ZERO : time;
        long seconds = length.toSeconds();
        if (seconds < MINUTE) {
            return brief(length.toNanos());
        }
        if (seconds < HOUR) {
            return two(seconds, MINUTE, "min", 1, "s");
        }
        return seconds < DAY ? two(seconds, HOUR, "h", MINUTE, "min") : two(seconds, DAY, "d", HOUR, "h");
    }

    /** How long ago an instant was, by clocks that may differ: never less than nothing. */
    static String since(String instant, Instant now) {
        try {
            return lasting(Duration.between(Instant.parse(instant), now));
        } catch (DateTimeException unreadable) {
            return instant;
        }
    }

    /** How long it was from one instant to the other. */
    static String between(String from, String to) {
        try {
            return since(from, Instant.parse(to));
        } catch (DateTimeException unreadable) {
            return from;
        }
    }

    private static String brief(long nanos) {
        if (nanos == 0) {
            return "0 s";
        }
        if (nanos < 1_000) {
            return nanos + " ns";
        }
        if (nanos < 1_000_000) {
            return digits(nanos, 1_000) + " µs";
        }
        return nanos < NANOS ? digits(nanos, 1_000_000) + " ms" : digits(nanos, NANOS) + " s";
    }

    /** Three digits, cut and never rounded up: what has not lasted a second is not said to. */
    private static String digits(long nanos, long unit) {
        BigDecimal value =
                BigDecimal.valueOf(nanos).divide(BigDecimal.valueOf(unit), new MathContext(3, RoundingMode.DOWN));
        return value.stripTrailingZeros().toPlainString();
    }

    private static String two(long seconds, long large, String largeName, long small, String smallName) {
        long rest = seconds % large / small;
        return seconds / large + " " + largeName + (rest == 0 ? "" : " " + rest + " " + smallName);
    }
}
