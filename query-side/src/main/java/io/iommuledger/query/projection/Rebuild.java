package io.iommuledger.query.projection;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * All rows made anew from the log, in the set of tables that does not answer.
 *
 * @param fold      version of the rules that they are made by
 * @param position  up to which the set has been filled
 * @param goal      at which the set that answers stood when that was last looked at
 * @param perSecond events, of the process that works on it
 * @param why       it was abandoned
 * @param horizon   position of the horizon that it began at; empty if it began with the first event
 */
public record Rebuild(
        UUID id,
        int fold,
        Reason reason,
        State state,
        long position,
        long goal,
        Optional<Double> perSecond,
        Instant askedAt,
        Optional<Instant> endedAt,
        Optional<String> why,
        OptionalLong horizon) {

    /** Position up to which what hosts told is not taken from the log; -1 if all of it is. */
    long begins() {
        return horizon.orElse(-1);
    }

    /** What made it necessary. */
    public enum Reason {
        /** Somebody asked for it. */
        ASKED,
        /** The rows had been made by an older version of the fold. */
        FOLD
    }

    /** How far it is. */
    public enum State {
        /** For the last who read the set to have ended. */
        WAITING,
        RUNNING,
        /** The set that it has filled answers. */
        DONE,
        /** No process of its fold was there any more. */
        ABANDONED
    }
}
