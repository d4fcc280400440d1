package io.iommuledger.agent.simulated;

import java.util.Optional;

/** Bytes that an address range stands for. They outlive the range: a mapping of type1 keeps them. */
sealed interface Backing permits AnonymousMemory, BarMemory {

    /** Whether anybody answers at these addresses now. */
    boolean answers();

    /** Whether a processor's page table can be filled with them now. */
    default boolean mappable() {
        return answers();
    }

    /** Whether a file of it can be mapped so far. */
    boolean spans(long offset, long size);

    /** Whether its pages are locked in memory, and charged as such, while they are mapped. */
    boolean lockable();

    /** What was written at the start of the page that holds this byte. */
    Optional<String> tagAt(long offset);

    /** What a read from this byte on finds, up to the first zero; empty if nobody wrote to its page. */
    default Optional<String> textAt(long offset) {
        int within = (int) (offset % SimulatedMemory.PAGE);
        return tagAt(offset).map(tag -> tag.substring(Math.min(within, tag.length())));
    }

    /** Writes at the start of the page that holds this byte. */
    void tag(long offset, String tag);
}
