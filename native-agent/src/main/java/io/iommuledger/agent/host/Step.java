package io.iommuledger.agent.host;

/** Named moments in the agent's work at which a test can hold it or end it. */
public enum Step {
    /** An episode is recorded; nothing is withdrawn yet. */
    WITHDRAWAL_BEGAN,
    /** One translation is withdrawn, perhaps not the last. */
    WITHDRAWING,
    /** Every translation is withdrawn; the kernel has not been asked for what the episode is about. */
    WITHDRAWN,
    /** The kernel has done it; its answer is not recorded. */
    CALL_RETURNED,
    /** Its answer is recorded; nothing is restored yet. */
    CALL_RECORDED,
    /** One translation is restored, perhaps not the last. */
    RESTORING,
    /** What could be restored is. */
    RESTORED,
    /** Every mapping of a device's BARs is dropped; its descriptor is still open. */
    DROPPED,
    /** Its descriptor is closed; that is not recorded. */
    CLOSED
}
