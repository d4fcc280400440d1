package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Mappings: installed, removed, and the memory that stands behind them. */
final class Mappings {
    private static final System.Logger LOG = System.getLogger(Mappings.class.getName());
    private static final int UNMAP_ALL = 2;

    private record Backed(long vaddr, Backing backing) {}

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Numbers numbers;
    private final Contexts contexts;
    private final Policies policies;
    /** Page size of the memory at each address that stands on huge pages. */
    private final Map<Long, Long> hugePages = new HashMap<>();

    Mappings(VfioKernel kernel, Recorder recorder, Numbers numbers, Contexts contexts, Policies policies) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.policies = policies;
    }

    Figures map(Instruction.Map map) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(map.context());
        Backed backed = backing(map);
        long number = numbers.nextMapping();
        IovaRange iova = map.iova();
        recorder.perform(
                new MapRequested(number, context.number, iova, map.access(), backed.backing()),
                () -> {
                    kernel.mapDma(
                            context.fd,
                            backed.vaddr(),
                            iova.start(),
                            iova.size(),
                            map.access().flags());
                    return number;
                },
                Mapped::new);
        return Figures.NONE.withMapping(number).withDmaAvail(contexts.dmaAvail(context));
    }

    Figures unmap(ContextId id, IovaRange iova) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(id);
        long bytes = unmap(context, iova, UnmapReason.OWNER);
        return Figures.NONE.withUnmappedBytes(bytes).withDmaAvail(contexts.dmaAvail(context));
    }

    /** Policy on-release: with DROP, no mapping of the device's BARs is left in any context when this returns. */
    void beforeRelease(PciAddress exporter) throws KernelRefused, AgentRefused {
        if (policies.onRelease() == Policies.OnRelease.LEAVE) {
            return;
        }
        for (Mapping mapping : recorder.books().mappingsOf(exporter)) {
            unmap(contexts.get(mapping.context()), mapping.iova(), UnmapReason.EXPORTER_RELEASE);
        }
    }

    /** Gives back the memory of a mapping that has ended. A failure leaks the memory until the agent ends, no more. */
    void ended(Mapping mapping) {
        if (mapping.backing() instanceof Backing.Memory memory) {
            try {
                kernel.munmap(
                        memory.vaddr(), allocated(memory.vaddr(), mapping.iova().size()));
            } catch (KernelRefused refused) {
                LOG.log(System.Logger.Level.WARNING, "memory of {0} was not given back: {1}", mapping.id(), refused);
            }
        }
    }

    /** The kernel takes back whole huge pages only (hugetlb_vm_op_split). */
    private long allocated(long vaddr, long size) {
        long page = Optional.ofNullable(hugePages.remove(vaddr)).orElse(1L);
        return (size + page - 1) & -page;
    }

    private long unmap(OpenContext context, IovaRange iova, UnmapReason reason) throws KernelRefused {
        return recorder.perform(
                new UnmapRequested(context.number, iova, reason),
                () -> iova.equals(IovaRange.ALL)
                        ? kernel.unmapDma(context.fd, 0, 0, UNMAP_ALL)
                        : kernel.unmapDma(context.fd, iova.start(), iova.size(), 0),
                (intent, bytes) -> new Unmapped(intent, context.number, iova, bytes));
    }

    private Backed backing(Instruction.Map map) throws KernelRefused, AgentRefused {
        long size = map.iova().size();
        return switch (map.backing()) {
            case BackingRequest.NewMemory memory -> {
                long vaddr = kernel.mmapAnonymous(size, memory.hugePageBytes());
                if (memory.hugePageBytes() != 0) {
                    hugePages.put(vaddr, memory.hugePageBytes());
                }
                yield new Backed(vaddr, new Backing.Memory(vaddr));
            }
            case BackingRequest.OfBar bar -> {
                long vaddr = contexts.heldDevice(bar.device()).window(bar.index(), bar.offset(), size);
                yield new Backed(
                        vaddr, new Backing.BarRange(bar.device(), bar.index(), bar.offset(), physicalBase(bar)));
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
