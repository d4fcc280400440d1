package io.iommuledger.query.host;

/**
 * A host and its newest epoch.
 *
 * @param since effective time at which that epoch began
 */
public record HostAnswer(
        String id,
        long epoch,
        String epochState,
        String machineId,
        String bootId,
        String kernelRelease,
        String agentVersion,
        PolicyNames policies,
        String since,
        Counts counts) {

    /** Policies in force. */
    public record PolicyNames(String onRelease, String onReset) {}

    /** How much of everything stands; zombies are among the live mappings. */
    public record Counts(long devices, long contexts, long mappings, long zombies) {}
}
