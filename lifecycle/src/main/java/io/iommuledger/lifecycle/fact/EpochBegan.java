package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.host.Policies;
import java.util.Optional;
import java.util.UUID;

/**
 * An agent started: the first fact of every stream.
 *
 * @param instance        random, one for each start, so that a cloned agent shows
 * @param machineId       {@code /etc/machine-id}; empty if the host has none
 * @param bootId          {@code /proc/sys/kernel/random/boot_id}
 * @param kernelRelease   {@code uname -r}
 * @param policies        in force from here
 * @param sealed          whether no instruction can relax them
 * @param memoryLockLimit bytes that may be locked for DMA ({@code RLIMIT_MEMLOCK}); -1 if the agent is not limited
 * @param predecessor     empty on the first start
 */
public record EpochBegan(
        UUID instance,
        String machineId,
        String bootId,
        String kernelRelease,
        String agentVersion,
        Policies policies,
        boolean sealed,
        long memoryLockLimit,
        Optional<Predecessor> predecessor)
        implements HostFact {

    /** The same start under other policies. */
    public EpochBegan under(Policies other) {
        return new EpochBegan(
                instance, machineId, bootId, kernelRelease, agentVersion, other, sealed, memoryLockLimit, predecessor);
    }
}
