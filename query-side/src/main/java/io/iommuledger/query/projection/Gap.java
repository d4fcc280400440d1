package io.iommuledger.query.projection;

/**
 * Facts that are known to be missing.
 *
 * @param epoch whose facts they are
 * @param facts how many
 */
record Gap(long epoch, long facts, Cause cause, String why) {

    /** How they came to be missing. */
    enum Cause {
        /** Sequences that were left out. */
        MISSING,
        /** The agent had no room to record them. */
        LOST,
        /** The agent's death or a power cut tore the last record of its journal. */
        CUT,
        /** The agent found damage in its journal. */
        QUARANTINED,
        /** The agent recorded them, and the store never got them. */
        NEVER_STORED,
        /** A newer version wrote them. */
        NOT_UNDERSTOOD
    }
}
