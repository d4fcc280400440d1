package io.iommuledger.lifecycle.access;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody asked a server for something of the audit. Recorded before the first byte of the answer; what the answer was,
 * or that there was none, is not.
 *
 * @param principal id of who asked
 * @param method    of HTTP
 * @param kind      what was asked for, as its path is described below {@code /api/v1/}: {@code hosts/{host}/devices}
 * @param target    path and query as they were sent, at most {@link #MOST_TARGET} characters; {@link #CUT} ends one that was
 *                  longer
 * @param position  of the newest record of the log, from 1, that the server could show then
 */
public record AccessRead(
        UUID instance,
        long atNanos,
        String principal,
        Optional<Commitment> commitment,
        String method,
        String kind,
        String target,
        long position)
        implements AccessEvent {
    public static final int MOST_TARGET = 2_000;

    /** No target has it by itself: it is sent encoded. */
    public static final String CUT = "…";

    /** A target as it is recorded. */
    public static String shortened(String target) {
        return target.length() <= MOST_TARGET ? target : target.substring(0, MOST_TARGET - CUT.length()) + CUT;
    }
}
