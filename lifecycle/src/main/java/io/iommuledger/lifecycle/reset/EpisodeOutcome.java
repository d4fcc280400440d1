package io.iommuledger.lifecycle.reset;

/** How an episode stands or ended. */
public enum EpisodeOutcome {
    /** The device does not answer yet, or a mapping that was withdrawn for it is not restored yet. */
    OPEN,
    /** The device answers again. */
    ANSWERED,
    /** The kernel refused it: nothing was reset. */
    REFUSED,
    /** A translation could not be withdrawn, so the kernel was not asked. */
    ABANDONED,
    /** The device was released before it answered. */
    RELEASED,
    /** The facts end before it did: the agent or its epoch is gone. */
    UNKNOWN
}
