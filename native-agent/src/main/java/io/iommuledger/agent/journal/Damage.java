package io.iommuledger.agent.journal;

import java.util.Optional;
import java.util.UUID;

/**
 * Records of a former epoch that cannot be taken.
 *
 * @param firstSequence where the sound ones end
 * @param records       how many there are, as far as they can be told apart
 * @param bytes         how much of the journal they are
 * @param stored        how many of them the store had acknowledged, at least
 * @param instance      of the start that recorded them; empty if what is left does not tell
 */
public record Damage(
        long epoch,
        long firstSequence,
        long records,
        long bytes,
        Fate fate,
        String why,
        long stored,
        Optional<UUID> instance) {

    /** What became of them. */
    public enum Fate {
        /** A torn tail that nobody had been told of. */
        CUT,
        /** Moved out of the way, and kept. */
        QUARANTINED
    }
}
