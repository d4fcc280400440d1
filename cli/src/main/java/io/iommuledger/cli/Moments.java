package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Places in history as people name them. REST knows positions and instants; what is relative becomes an instant here. */
public final class Moments {
    private static final Pattern RELATIVE = Pattern.compile("-(?:\\d{1,9}(?:ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    private Moments() {}

    static boolean relative(String text) {
        return RELATIVE.matcher(text).matches();
    }

    /** {@code -5m} as the instant five minutes before another one; everything else as it is. */
    public static String resolved(String text, Instant base) {
        return relative(text) ? base.minus(length(text)).toString() : text;
    }

    /**
     * The instant that a relative {@code from} counts from.
     *
     * @param at where the comparison ends, resolved
     */
    static Instant base(String from, String at) throws Failure {
        try {
            return Instant.parse(at);
        } catch (DateTimeException position) {
            throw Failure.refused("--from is '" + from + "', but when that is cannot be told from --at " + at
                    + "; expected an instant in --at, or none");
        }
    }

    private static Duration length(String text) {
        Duration length = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            long amount = Long.parseLong(parts.group(1));
            length = length.plus(
                    switch (parts.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    });
        }
        return length;
    }
}
