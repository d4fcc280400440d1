package io.iommuledger.query.host;

/**
 * A host and its newest epoch.
 *
 * @param sealed  whether no instruction can relax a policy
 * @param tainted whether any policy in force in this epoch has been weaker than the default
 * @param since  effective time at which that epoch began
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
        boolean sealed,
        boolean tainted,
        LockedMemory lockedMemory,
        String since,
        Counts counts) {

    /** Policies in force. */
    public record PolicyNames(String onRelease, String onReset, String mmio) {}

    /**
     * Memory that the kernel keeps in place for DMA, by the mappings that stand.
     *
     * @param limitBytes {@code unlimited} if the agent is not limited
     */
    public record LockedMemory(Object bytes, Object limitBytes) {}

    /** How much of everything stands; zombies are among the live mappings. */
    public record Counts(long devices, long contexts, long mappings, long zombies) {}
}
