package io.iommuledger.agent.host;

import io.iommuledger.agent.host.Backings.Backed;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.agent.recording.Recorder.Deed;
import io.iommuledger.agent.recording.Recorder.Reply;
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
import java.util.ArrayList;
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
    private final PhysicalFrames frames;

    Mappings(
            VfioKernel kernel,
            Recorder recorder,
            Numbers numbers,
            Contexts contexts,
            Allocations allocations,
            Backings backings,
            Reservations reservations,
            PhysicalFrames frames) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.allocations = allocations;
        this.backings = backings;
        this.reservations = reservations;
        this.frames = frames;
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
        List<Deed<Long>> deeds = new ArrayList<>(backed.size());
        for (int i = 0; i < backed.size(); i++) {
            deeds.add(mapping(context, first + i, backed.get(i)));
        }
        KernelRefused[] refusal = new KernelRefused[1];
        int[] mapped = new int[1];
        recorder.performAll(deeds, (index, reply) -> {
            mapped[0] = index;
            reply.refusal().ifPresent(refused -> refusal[0] = refused);
            return reply.refusal().isEmpty();
        });
        if (refusal[0] != null) {
            rollBack(context, backed.subList(0, mapped[0]));
            throw refusal[0];
        }
        PhysicalFrames.Reading reading = frames.of(backed.size());
        for (int i = 0; i < backed.size(); i++) {
            reading.mapped(
                    first + i,
                    backed.get(i).backing(),
                    backed.get(i).range().iova().size());
        }
        return Figures.NONE.withMappings(first, backed.size()).withDmaAvail(contexts.dmaAvail(context));
    }

    private Deed<Long> mapping(OpenContext context, long number, Backed backed) {
        IovaRange iova = backed.range().iova();
        int flags = backed.range().access().flags();
        return new Deed<>(
                new MapRequested(number, context.number, iova, backed.range().access(), backed.backing()),
                () -> {
                    kernel.mapDma(context.fd, backed.vaddr(), iova.start(), iova.size(), flags);
                    return number;
                },
                Mapped::new);
    }

    /** The last one first. Memory of those that the kernel was not asked for goes with their end in the books. */
    private void rollBack(OpenContext context, List<Backed> mapped) {
        List<Backed> backwards = mapped.reversed();
        recorder.performAll(
                backwards.stream()
                        .map(one -> unmapping(context, one.range().iova(), UnmapReason.ROLLBACK, OptionalLong.empty()))
                        .toList(),
                (index, reply) -> {
                    reply.refusal()
                            .ifPresent(refused -> LOG.log(
                                    System.Logger.Level.WARNING,
                                    "{0} was mapped for a request whose rest was refused, and stays: {1}",
                                    backwards.get(index).range().iova(),
                                    refused.getMessage()));
                    return true;
                });
    }

    Figures unmap(ContextId id, IovaRange iova) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(id);
        reservations.requireWhole(id, iova);
        long bytes = unmap(context, iova, UnmapReason.OWNER, OptionalLong.empty());
        return Figures.NONE.withUnmappedBytes(bytes).withDmaAvail(contexts.dmaAvail(context));
    }

    /** Told what became of each mapping. */
    @FunctionalInterface
    interface Removals {
        /**
         * @param why it stays; empty if the kernel says that it removed it whole
         * @return whether the next one is removed
         */
        boolean goOn(Mapping mapping, String why);
    }

    /** Removes mappings, in order. */
    void remove(List<Mapping> standing, UnmapReason reason, OptionalLong episode, Removals removals)
            throws AgentRefused {
        List<Deed<Long>> deeds = new ArrayList<>(standing.size());
        for (Mapping mapping : standing) {
            deeds.add(unmapping(contexts.get(mapping.context()), mapping.iova(), reason, episode));
        }
        recorder.performAll(
                deeds,
                (index, reply) -> removals.goOn(
                        standing.get(index),
                        whyItStays(standing.get(index).iova().size(), reply)));
    }

    private static String whyItStays(long size, Reply<Long> reply) {
        return reply.refusal()
                .map(refused -> refused.evidence().toString())
                .orElse(reply.result().orElse(0L) >= size ? "" : "the kernel removed less than stood there");
    }

    private long unmap(OpenContext context, IovaRange iova, UnmapReason reason, OptionalLong episode)
            throws KernelRefused {
        Deed<Long> deed = unmapping(context, iova, reason, episode);
        return recorder.perform(deed.intent(), deed.call(), deed.answering());
    }

    private Deed<Long> unmapping(OpenContext context, IovaRange iova, UnmapReason reason, OptionalLong episode) {
        return new Deed<>(
                new UnmapRequested(context.number, iova, reason, episode),
                () -> iova.equals(IovaRange.ALL)
                        ? kernel.unmapDma(context.fd, 0, 0, UNMAP_ALL)
                        : kernel.unmapDma(context.fd, iova.start(), iova.size(), 0),
                (intent, bytes) -> {
                    long held = held(context, iova);
                    return Long.compareUnsigned(bytes, held) < 0
                            ? new UnmapFellShort(intent, context.number, iova, bytes, held)
                            : new Unmapped(intent, context.number, iova, bytes);
                });
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
