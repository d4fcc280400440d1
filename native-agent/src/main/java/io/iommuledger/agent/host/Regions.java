package io.iommuledger.agent.host;

import io.iommuledger.agent.host.Allocations.Allocation;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import java.util.Map;
import java.util.TreeMap;

/** Memory under a name, from which several mappings can be made. */
final class Regions {
    private record Named(Allocation allocation, long size) {}

    private final Recorder recorder;
    private final Allocations allocations;
    private final Map<String, Named> regions = new TreeMap<>();

    Regions(Recorder recorder, Allocations allocations) {
        this.recorder = recorder;
        this.allocations = allocations;
    }

    Figures allocate(Instruction.AllocateRegion wanted) throws KernelRefused, AgentRefused {
        if (regions.containsKey(wanted.name())) {
            throw new AgentRefused(
                    AgentReason.IN_USE,
                    "region '" + wanted.name() + "' exists already; free it first, or choose another name");
        }
        if (wanted.size() <= 0) {
            throw new AgentRefused(
                    AgentReason.INVALID,
                    "a region of " + Long.toUnsignedString(wanted.size()) + " bytes cannot be allocated");
        }
        Allocation allocation = recorder.perform(
                new RegionRequested(wanted.name(), wanted.size(), wanted.hugePageBytes()),
                () -> allocations.anonymous(wanted.size(), wanted.hugePageBytes(), true),
                (intent, made) -> new RegionAllocated(intent, wanted.name(), made.vaddr()));
        regions.put(wanted.name(), new Named(allocation, wanted.size()));
        return Figures.NONE;
    }

    Figures free(String name) throws KernelRefused, AgentRefused {
        Named region = named(name);
        if (region.allocation().used()) {
            throw new AgentRefused(
                    AgentReason.IN_USE, "region '" + name + "' stands behind mappings; unmap them before");
        }
        recorder.perform(
                new RegionFreeRequested(name),
                () -> {
                    allocations.release(region.allocation());
                    return name;
                },
                RegionFreed::new);
        regions.remove(name);
        return Figures.NONE;
    }

    /** @param offset bytes from the start of the region, unsigned */
    Allocation part(String name, long offset, long size) throws AgentRefused {
        Named region = named(name);
        boolean inside = Long.compareUnsigned(offset, region.size()) <= 0
                && Long.compareUnsigned(size, region.size() - offset) <= 0;
        if (!inside) {
            throw new AgentRefused(
                    AgentReason.INVALID,
                    "region '%s' has %d bytes; %s bytes from offset 0x%x lie not inside it"
                            .formatted(name, region.size(), Long.toUnsignedString(size), offset));
        }
        return region.allocation();
    }

    private Named named(String name) throws AgentRefused {
        Named region = regions.get(name);
        if (region == null) {
            throw new AgentRefused(AgentReason.NOT_FOUND, "no region '" + name + "' on this host");
        }
        return region;
    }
}
