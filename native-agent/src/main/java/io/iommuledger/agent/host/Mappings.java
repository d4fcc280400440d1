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
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

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
    private final Causes causes;

    Mappings(
            VfioKernel kernel,
            Recorder recorder,
            Numbers numbers,
            Contexts contexts,
            Allocations allocations,
            Backings backings,
            Reservations reservations,
            PhysicalFrames frames,
            Causes causes) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.allocations = allocations;
        this.backings = backings;
        this.reservations = reservations;
        this.frames = frames;
        this.causes = causes;
    }

    /** All or nothing: what was mapped before a refusal is unmapped again, and both stand in the facts. */
    Figures map(Instruction.Map map) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(map.context());
        AskedRanges asked = new AskedRanges(map);
        List<Backed> backed = prepared(context, asked);
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
            Circumstances known =
                    causes.ofMap(context, asked, mapped[0], backed.get(mapped[0]), first, refusal[0].errno());
            String stays = rollBack(context, backed.subList(0, mapped[0]));
            throw refusal[0].in(known.leaving(stays.isEmpty() ? asked.nothingStands() : stays));
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

    private List<Backed> prepared(OpenContext context, AskedRanges asked) throws KernelRefused, AgentRefused {
        ContextId id = contexts.id(context);
        try {
            reservations.requireAddresses(id, asked);
            reservations.requireEntries(id, asked.all().size(), contexts.dmaAvail(context));
            return backings.of(asked);
        } catch (KernelRefused refused) {
            throw refused.in(refused.circumstances().leaving(asked.nothingStands()));
        } catch (AgentRefused refused) {
            throw asked.nothingStands().isEmpty() ? refused : refused.leaving(asked.nothingStands());
        }
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

    /**
     * The last one first. Memory of those that the kernel was not asked for goes with their end in the books.
     *
     * @return what stays all the same; empty if nothing does
     */
    private String rollBack(OpenContext context, List<Backed> mapped) {
        List<Backed> backwards = mapped.reversed();
        List<IovaRange> stays = new ArrayList<>();
        recorder.performAll(
                backwards.stream()
                        .map(one -> unmapping(context, one.range().iova(), UnmapReason.ROLLBACK, OptionalLong.empty()))
                        .toList(),
                (index, reply) -> {
                    IovaRange iova = backwards.get(index).range().iova();
                    String why = whyItStays(iova.size(), reply);
                    if (!why.isEmpty()) {
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "{0} was mapped for a request whose rest was refused, and stays: {1}",
                                iova,
                                why);
                        stays.add(iova);
                    }
                    return true;
                });
        return stays.isEmpty()
                ? ""
                : stays.size()
                        + " of the ranges that were mapped before it could not be unmapped again, the last of them "
                        + stays.getFirst() + "; list the context's mappings and unmap them";
    }

    Figures unmap(ContextId id, IovaRange iova) throws KernelRefused, AgentRefused {
        OpenContext context = contexts.get(id);
        reservations.requireWhole(id, iova);
        long withdrawn = bytes(context, iova, mapping -> mapping.state() == MappingState.REVOKED);
        Deed<Long> deed = unmapping(context, iova, UnmapReason.OWNER, OptionalLong.empty());
        long bytes;
        try {
            bytes = recorder.perform(deed.intent(), deed.call(), deed.answering());
        } catch (KernelRefused refused) {
            throw refused.in(causes.ofUnmap(context, iova, refused.errno()));
        }
        return Figures.NONE
                .withUnmappedBytes(bytes)
                .withWithdrawnBytes(withdrawn)
                .withDmaAvail(contexts.dmaAvail(context));
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

    private Deed<Long> unmapping(OpenContext context, IovaRange iova, UnmapReason reason, OptionalLong episode) {
        return new Deed<>(
                new UnmapRequested(context.number, iova, reason, episode),
                () -> iova.equals(IovaRange.ALL)
                        ? kernel.unmapDma(context.fd, 0, 0, UNMAP_ALL)
                        : kernel.unmapDma(context.fd, iova.start(), iova.size(), 0),
                (intent, bytes) -> {
                    long held = bytes(context, iova, mapping -> mapping.state().inKernel());
                    return Long.compareUnsigned(bytes, held) < 0
                            ? new UnmapFellShort(intent, context.number, iova, bytes, held)
                            : new Unmapped(intent, context.number, iova, bytes);
                });
    }

    /** Bytes of some of the mappings in a range, as they should stand there. */
    private long bytes(OpenContext context, IovaRange iova, Predicate<Mapping> which) {
        return recorder.books().mappings(contexts.id(context), iova).stream()
                .filter(which)
                .mapToLong(mapping -> mapping.iova().size())
                .sum();
    }
}
