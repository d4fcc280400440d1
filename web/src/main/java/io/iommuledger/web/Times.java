package io.iommuledger.web;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;

/** Times in answers: RFC 3339, UTC, nanoseconds. */
public final class Times {

    private Times() {}

    /** @param nanos since 1970 */
    public static String rfc3339(long nanos) {
        Instant instant =
                Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
        String text = instant.toString();
        int dot = text.indexOf('.');
        String fraction = dot < 0 ? "" : text.substring(dot + 1, text.length() - 1);
        String seconds = dot < 0 ? text.substring(0, text.length() - 1) : text.substring(0, dot);
        return seconds + "." + fraction + "0".repeat(9 - fraction.length()) + "Z";
    }

    /** Nanoseconds since 1970 of an instant of RFC 3339; empty if the text is none, or not of the years 1678 to 2262. */
    public static OptionalLong nanos(String rfc3339) {
        try {
            return OptionalLong.of(nanos(OffsetDateTime.parse(rfc3339).toInstant()));
        } catch (DateTimeParseException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Nanoseconds since 1970.
     *
     * @throws ArithmeticException if the instant is not of the years 1678 to 2262
     */
    public static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
