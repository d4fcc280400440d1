package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.host.Policies;
import java.util.UUID;

/**
 * An agent started: the first fact of every stream.
 *
 * @param instance      random, one for each start, so that a cloned agent shows
 * @param machineId     {@code /etc/machine-id}; empty if the host has none
 * @param bootId        {@code /proc/sys/kernel/random/boot_id}
 * @param kernelRelease {@code uname -r}
 * @param policies      in force from here
 */
public record EpochBegan(
        UUID instance, String machineId, String bootId, String kernelRelease, String agentVersion, Policies policies)
        implements HostFact {}
