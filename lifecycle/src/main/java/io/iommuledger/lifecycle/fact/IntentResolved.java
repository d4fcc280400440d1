package io.iommuledger.lifecycle.fact;

/**
 * A former epoch's agent ended between an intent and its answer; this is what the agent's next start found.
 *
 * @param epoch    of the intent
 * @param sequence of the intent
 * @param asked    the intent's type, by the name under which it is stored
 */
public record IntentResolved(long epoch, long sequence, String asked, Resolution resolution) implements HostFact {

    /** What became of the thing that the intent is about. */
    public enum Resolution {
        /** What it asked for is so: what was to be removed, released or closed is gone. */
        CONFIRMED,
        /** What it asked for is not there, or not any more: the process that would have held it has ended. */
        ABSENT,
        /** Nobody can say. */
        UNKNOWN
    }
}
