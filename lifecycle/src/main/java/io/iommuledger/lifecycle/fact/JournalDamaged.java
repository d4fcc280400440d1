package io.iommuledger.lifecycle.fact;

import java.util.Optional;
import java.util.UUID;

/**
 * The agent's start found records of a former epoch's journal that cannot be taken as facts.
 *
 * @param epoch         whose records they are
 * @param firstSequence of the first of them
 * @param records       how many there are, as far as they can be told apart
 * @param bytes         how much of the journal they are
 * @param stored        how many of them the store had acknowledged, at least
 * @param instance      of the start that recorded them: the store may have the epoch of another one; empty if the journal
 *                      does not tell
 */
public record JournalDamaged(
        long epoch,
        long firstSequence,
        long records,
        long bytes,
        Fate fate,
        String why,
        long stored,
        Optional<UUID> instance)
        implements HostFact {

    /** What became of them. */
    public enum Fate {
        /** Nobody had been told that they were recorded: a write that the agent's death or a power cut tore. */
        CUT,
        /** Kept beside the journal, in files of their own. */
        QUARANTINED
    }
}
