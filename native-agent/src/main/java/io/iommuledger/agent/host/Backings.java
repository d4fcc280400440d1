package io.iommuledger.agent.host;

import io.iommuledger.agent.host.Allocations.Allocation;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.MapRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Finds or makes what a mapping shall stand on, under policy {@code mmio}. */
final class Backings {
    /** A range with what stands behind it and, if that is memory of the agent's own, whose it is. */
    record Backed(MapRange range, long vaddr, Backing backing, Optional<Allocation> allocation) {}

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Contexts contexts;
    private final Allocations allocations;
    private final Regions regions;

    Backings(VfioKernel kernel, Recorder recorder, Contexts contexts, Allocations allocations, Regions regions) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.contexts = contexts;
        this.allocations = allocations;
        this.regions = regions;
    }

    /** All of them or none: what was allocated is given back if one cannot be had. */
    List<Backed> of(AskedRanges ranges) throws KernelRefused, AgentRefused {
        Map<Long, Long> wanted = wantedMemory(ranges.all());
        Map<Long, Allocation> fresh = new HashMap<>();
        List<Backed> backed = new ArrayList<>(ranges.all().size());
        try {
            for (var memory : wanted.entrySet()) {
                fresh.put(memory.getKey(), allocations.anonymous(memory.getValue(), memory.getKey(), false));
            }
            Map<Long, Long> taken = new HashMap<>();
            for (int i = 0; i < ranges.all().size(); i++) {
                backed.add(backed(ranges, i, fresh, taken));
            }
            return backed;
        } catch (KernelRefused | AgentRefused refused) {
            fresh.values().forEach(allocations::free);
            giveBack(backed);
            throw refused;
        }
    }

    /** Bytes by size of page. */
    private static Map<Long, Long> wantedMemory(List<MapRange> ranges) throws AgentRefused {
        Map<Long, Long> wanted = new HashMap<>();
        for (MapRange range : ranges) {
            if (range.backing() instanceof BackingRequest.NewMemory memory) {
                long size = range.iova().size();
                long before = wanted.getOrDefault(memory.hugePageBytes(), 0L);
                if (size <= 0 || size > Long.MAX_VALUE - before) {
                    throw new AgentRefused(
                            AgentReason.INVALID,
                            "the ranges of new memory of the request up to " + range.iova()
                                    + " come to 2^63 bytes or more; no process has that many addresses");
                }
                wanted.put(memory.hugePageBytes(), before + size);
            }
        }
        return wanted;
    }

    /** Files of ranges that were not mapped; anonymous memory and regions are not theirs alone. */
    void giveBack(List<Backed> unused) {
        for (Backed one : unused) {
            if (one.backing() instanceof Backing.FileRange) {
                one.allocation().ifPresent(allocations::free);
            }
        }
    }

    private Backed backed(AskedRanges ranges, int index, Map<Long, Allocation> fresh, Map<Long, Long> taken)
            throws KernelRefused, AgentRefused {
        try {
            return backed(ranges.get(index), fresh, taken);
        } catch (KernelRefused refused) {
            throw refused.in(Circumstances.ofRefused(ranges.name(index)));
        } catch (AgentRefused refused) {
            throw refused.of(ranges.name(index));
        }
    }

    private Backed backed(MapRange range, Map<Long, Allocation> fresh, Map<Long, Long> taken)
            throws KernelRefused, AgentRefused {
        long size = range.iova().size();
        return switch (range.backing()) {
            case BackingRequest.NewMemory memory -> {
                Allocation allocation = Objects.requireNonNull(fresh.get(memory.hugePageBytes()));
                long offset = taken.merge(memory.hugePageBytes(), size, Long::sum) - size;
                long vaddr = allocation.vaddr() + offset;
                yield new Backed(range, vaddr, new Backing.Memory(vaddr), Optional.of(allocation));
            }
            case BackingRequest.OfRegion part -> {
                Allocation allocation = regions.part(part.region(), part.offset(), size);
                long vaddr = allocation.vaddr() + part.offset();
                yield new Backed(
                        range,
                        vaddr,
                        new Backing.RegionRange(part.region(), part.offset(), vaddr),
                        Optional.of(allocation));
            }
            case BackingRequest.OfFile file -> file(range, file);
            case BackingRequest.OfBar bar -> {
                requireFree(bar.device());
                long vaddr = contexts.heldDevice(bar.device()).window(bar.index(), bar.offset(), size);
                yield new Backed(
                        range,
                        vaddr,
                        new Backing.BarRange(bar.device(), bar.index(), bar.offset(), physicalBase(bar)),
                        Optional.empty());
            }
        };
    }

    /** What the kernel made of the file decides, not its name: a symbolic link or a device node can be anything. */
    private Backed file(MapRange range, BackingRequest.OfFile file) throws KernelRefused, AgentRefused {
        long size = range.iova().size();
        boolean writable = range.access() != DmaAccess.READ;
        Allocation allocation = allocations.file(file.path(), file.offset(), size, writable);
        boolean device;
        try {
            device = kernel.mapsDeviceMemory(allocation.vaddr(), size);
        } catch (KernelRefused unknown) {
            allocations.free(allocation);
            throw unknown;
        }
        if (device && strict()) {
            allocations.free(allocation);
            throw forbidden(file.path());
        }
        return new Backed(
                range,
                allocation.vaddr(),
                new Backing.FileRange(file.path(), file.offset(), allocation.vaddr(), device),
                Optional.of(allocation));
    }

    /** A policy may have become stricter since the mapping was made: what stands may stand, but nothing is installed again. */
    void requireAllowed(Mapping mapping) throws AgentRefused {
        if (mapping.backing() instanceof Backing.FileRange file && file.deviceMemory() && strict()) {
            throw forbidden(file.path());
        }
    }

    private static AgentRefused forbidden(String path) {
        return new AgentRefused(
                AgentReason.POLICY,
                "policy mmio=strict: " + path + " is device memory (VM_PFNMAP); map it as a BAR of a device"
                        + " that this agent holds");
    }

    private boolean strict() {
        return recorder.books().epoch().orElseThrow().policies().mmio() == Mmio.STRICT;
    }

    /** While something is withdrawn for an episode, nothing new is made of the device. */
    void requireFree(PciAddress device) throws AgentRefused {
        Optional<Mapping> waiting = recorder.books().suspendedOf(device);
        if (waiting.isPresent()) {
            throw held(device, waiting.get());
        }
    }

    static AgentRefused held(PciAddress device, Mapping waiting) {
        return new AgentRefused(
                AgentReason.HELD,
                "device " + device + " is held by episode " + waiting.episode().orElseThrow() + " until mapping "
                        + waiting.id()
                        + " is restored, which happens by itself when the device decodes memory at full power; or"
                        + " unmap it");
    }

    /** Where the bytes of a mapping are in the agent's address space; its exporter is open. */
    long vaddr(Mapping mapping) throws KernelRefused {
        return switch (mapping.backing()) {
            case Backing.Memory memory -> memory.vaddr();
            case Backing.RegionRange region -> region.vaddr();
            case Backing.FileRange file -> file.vaddr();
            case Backing.BarRange bar -> {
                try {
                    yield contexts.heldDevice(bar.exporter())
                            .window(bar.index(), bar.offset(), mapping.iova().size());
                } catch (AgentRefused impossible) {
                    throw new IllegalStateException("the exporter of " + mapping.id() + " is not open", impossible);
                }
            }
        };
    }

    private long physicalBase(BackingRequest.OfBar bar) {
        return recorder.books()
                .device(bar.device())
                .flatMap(device -> device.bar(bar.index()))
                .map(Bar::physicalBase)
                .orElse(0L);
    }
}
