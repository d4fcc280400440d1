package io.iommuledger.agent.host;

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
        List<Mapping> inKernel = recorder.books().mappingsOf(exporter).stream()
                .filter(mapping -> mapping.state().inKernel())
                .toList();
        mappings.remove(inKernel, UnmapReason.EXPORTER_RELEASE, OptionalLong.empty(), (mapping, why) -> {
            if (!why.isEmpty()) {
                standing.add(mapping.id() + " at " + mapping.iova() + " (" + why + ")");
            }
            return true;
        });
        if (!standing.isEmpty() && !force) {
            throw new AgentRefused(
                    AgentReason.NOT_REMOVED,
                    "device " + exporter + " is not released, because its BARs stay mapped: "
                            + String.join(", ", standing)
                            + "; unmap them, or release it with force=true, which leaves them as orphans");
        }
        checkpoint.reached(Step.DROPPED);
    }
}
