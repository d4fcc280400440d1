package io.iommuledger.agent.host;

import io.iommuledger.agent.host.Backings.Backed;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.util.List;
import java.util.OptionalLong;

/** Mappings: installed and removed. */
final class Mappings {
    private static final System.Logger LOG = System.getLogger(Mappings.class.getName());
    private static final int UNMAP_ALL = 2;

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Numbers numbers;
    private final Contexts contexts;
    private final Allocations allocations;
    private final Backings backings;
    private final Reservations reservations;

    Mappings(
            VfioKernel kernel,
            Recorder recorder,
            Numbers numbers,
            Contexts contexts,
            Allocations allocations,
            Backings backings,
            Reservations reservations) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.allocations = allocations;
        this.backings = backings;
        this.reservations = reservations;
    }

    /** All or nothing: what was mapped before a refusal is unmapped again, and both stand in the facts. */
    Figures map(Instruction.Map map) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(map.context());
        List<MapRange> ranges = map.merge() ? Merging.merged(map.ranges()) : map.ranges();
        for (MapRange range : ranges) {
            reservations.requireAddresses(map.context(), range.iova());
        }
        reservations.requireEntries(map.context(), ranges.size(), contexts.dmaAvail(context));
        List<Backed> backed = backings.of(ranges);
        long first = numbers.nextMappings(backed.size());
        for (int i = 0; i < backed.size(); i++) {
            long number = first + i;
            backed.get(i).allocation().ifPresent(allocation -> allocations.use(number, allocation));
        }
        for (int i = 0; i < backed.size(); i++) {
            try {
                map(context, first + i, backed.get(i));
            } catch (KernelRefused refused) {
                rollBack(context, first, backed, i);
                throw refused;
            }
        }
        return Figures.NONE.withMappings(first, backed.size()).withDmaAvail(contexts.dmaAvail(context));
    }

    private void map(OpenContext context, long number, Backed backed) throws KernelRefused {
        IovaRange iova = backed.range().iova();
        int flags = backed.range().access().flags();
        recorder.perform(
                new MapRequested(number, context.number, iova, backed.range().access(), backed.backing()),
                () -> {
                    kernel.mapDma(context.fd, backed.vaddr(), iova.start(), iova.size(), flags);
                    return number;
                },
                Mapped::new);
    }

    private void rollBack(OpenContext context, long first, List<Backed> backed, int mapped) {
        for (int i = mapped - 1; i >= 0; i--) {
            IovaRange iova = backed.get(i).range().iova();
            try {
                unmap(context, iova, UnmapReason.ROLLBACK, OptionalLong.empty());
            } catch (KernelRefused refused) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} was mapped for a request whose rest was refused, and stays: {1}",
                        iova,
                        refused.getMessage());
            }
        }
        for (int i = mapped + 1; i < backed.size(); i++) {
            allocations.unused(first + i);
        }
    }

    Figures unmap(ContextId id, IovaRange iova) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(id);
        reservations.requireWhole(id, iova);
        long bytes = unmap(context, iova, UnmapReason.OWNER, OptionalLong.empty());
        return Figures.NONE.withUnmappedBytes(bytes).withDmaAvail(contexts.dmaAvail(context));
    }

    /**
     * Removes one mapping.
     *
     * @return whether the kernel says that it removed it whole
     */
    boolean remove(Mapping mapping, UnmapReason reason, OptionalLong episode) throws KernelRefused, AgentRefused {
        long size = mapping.iova().size();
        return unmap(contexts.get(mapping.context()), mapping.iova(), reason, episode) >= size;
    }

    private long unmap(OpenContext context, IovaRange iova, UnmapReason reason, OptionalLong episode)
            throws KernelRefused {
        long held = held(context, iova);
        return recorder.perform(
                new UnmapRequested(context.number, iova, reason, episode),
                () -> iova.equals(IovaRange.ALL)
                        ? kernel.unmapDma(context.fd, 0, 0, UNMAP_ALL)
                        : kernel.unmapDma(context.fd, iova.start(), iova.size(), 0),
                (intent, bytes) -> Long.compareUnsigned(bytes, held) < 0
                        ? new UnmapFellShort(intent, context.number, iova, bytes, held)
                        : new Unmapped(intent, context.number, iova, bytes));
    }

    /** Bytes that should stand in a range. */
    private long held(OpenContext context, IovaRange iova) {
        long held = 0;
        ContextId id = new ContextId(recorder.stream().epoch(), context.number);
        for (Mapping mapping : recorder.books().mappings(id, iova)) {
            if (mapping.state().inKernel()) {
                held += mapping.iova().size();
            }
        }
        return held;
    }
}
