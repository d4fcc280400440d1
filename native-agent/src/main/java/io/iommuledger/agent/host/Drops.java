package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.AgentReason;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Policy {@code on-release=drop}: no mapping of a device's BARs outlives the device's descriptor. */
final class Drops {
    private final Recorder recorder;
    private final Mappings mappings;
    private final boolean sealed;
    private final Checkpoint checkpoint;

    Drops(Recorder recorder, Mappings mappings, boolean sealed, Checkpoint checkpoint) {
        this.recorder = recorder;
        this.mappings = mappings;
        this.sealed = sealed;
        this.checkpoint = checkpoint;
    }

    /**
     * Removes every mapping of the device's BARs, in whatever context, that the kernel holds.
     *
     * @param force go on although one stays
     * @throws AgentRefused if one stays; the others are gone then
     */
    void beforeRelease(PciAddress exporter, boolean force) throws AgentRefused {
        if (recorder.books().epoch().orElseThrow().policies().onRelease() == OnRelease.LEAVE) {
            return;
        }
        if (force && sealed) {
            throw new AgentRefused(
                    AgentReason.POLICY, "this host is sealed: a release cannot be forced past policy on-release=drop");
        }
        List<String> standing = new ArrayList<>();
        for (Mapping mapping : recorder.books().mappingsOf(exporter)) {
            if (mapping.state().inKernel()) {
                String why = drop(mapping);
                if (!why.isEmpty()) {
                    standing.add(mapping.id() + " at " + mapping.iova() + " (" + why + ")");
                }
            }
        }
        if (!standing.isEmpty() && !force) {
            throw new AgentRefused(
                    AgentReason.NOT_REMOVED,
                    "device " + exporter + " is not released, because its BARs stay mapped: "
                            + String.join(", ", standing)
                            + "; unmap them, or release it with force=true, which leaves them as orphans");
        }
        checkpoint.reached(Step.DROPPED);
    }

    /** @return why it stays; empty if it is gone */
    private String drop(Mapping mapping) throws AgentRefused {
        try {
            return mappings.remove(mapping, UnmapReason.EXPORTER_RELEASE, OptionalLong.empty())
                    ? ""
                    : "the kernel removed less than stood there";
        } catch (KernelRefused refused) {
            return refused.evidence().toString();
        }
    }
}
