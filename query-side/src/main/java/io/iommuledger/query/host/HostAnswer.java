package io.iommuledger.query.host;

import java.util.Optional;

/**
 * A host and its newest epoch.
 *
 * @param sealed  whether no instruction can relax a policy
 * @param tainted whether any policy in force in this epoch has been weaker than the default
 * @param since  effective time at which that epoch began
 * @param heardUpTo absent until its agent has said so for the first time
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
        Optional<HeardUpTo> heardUpTo,
        Counts counts) {

    /**
     * Up to where nothing is missing: that nothing came since then means that nothing was heard, not that nothing happened.
     *
     * @param wall         by the host's clock
     * @param nextSequence of the epoch's facts all below it are stored
     * @param at           when the agent said so, by the store's clock
     */
    public record HeardUpTo(String wall, long epoch, long nextSequence, String at) {}

    /** Policies in force. */
    public record PolicyNames(String onRelease, String onReset, String mmio) {}

    /**
     * Memory that the kernel keeps in place for DMA, by the mappings that stand.
     *
     * @param limitBytes {@code unlimited} if the agent is not limited
     */
    public record LockedMemory(Object bytes, Object limitBytes) {}

    /**
     * How much of everything stands; zombies are among the live mappings.
     *
     * @param exposureUnknown of them, those of which nobody knows whether a DMA reaches through them what it should not
     */
    public record Counts(long devices, long contexts, long mappings, long zombies, long exposureUnknown) {}
}
