package io.iommuledger.web;

import java.time.Instant;

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
}
