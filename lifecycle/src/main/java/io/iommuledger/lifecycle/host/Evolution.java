package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fault.Fault;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.memory.Region;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What each fact does to its epoch: one method a fact. Nothing here refuses; what does not fit becomes a finding. */
final class Evolution {
    private final EpochState state;
    private final MappingEvolution mappings;
    private final EpisodeEvolution episodes;

    Evolution(EpochState state) {
        this.state = state;
        this.mappings = new MappingEvolution(state);
        this.episodes = new EpisodeEvolution(state);
    }

    EpisodeEvolution episodes() {
        return episodes;
    }

    void intended(Intent intent) {
        switch (intent) {
            case MapRequested map -> mappings.requested(map);
            case ResetRequested reset -> episodes.resetting(reset);
            default -> {
                // The other intents change nothing before their answer.
            }
        }
    }

    void answered(Answer answer, @Nullable Intent intent) {
        if (intent == null) {
            state.finding("answer without its intent: intent=" + answer.intent() + ", answer=" + answer);
        }
        switch (answer) {
            case ContextOpened opened -> contextOpened(opened);
            case GroupAttached attached -> groupAttached(attached);
            case DeviceOpened opened ->
                state.put(state.device(opened.device()).opened(state.context(opened.context()), opened.decoding()));
            case Mapped mapped -> mappings.mapped(mapped);
            case Unmapped unmapped ->
                mappings.unmapped(unmapped.context(), unmapped.requested(), unmapped.unmappedBytes(), intent);
            case UnmapFellShort fell ->
                mappings.unmapped(fell.context(), fell.requested(), fell.unmappedBytes(), intent);
            case AccessChanged changed -> mappings.accessChanged(changed, intent);
            case RegionAllocated allocated -> regionAllocated(allocated, intent);
            case RegionFreed freed ->
                Optional.ofNullable(state.regions.remove(freed.name()))
                        .ifPresent(gone -> state.report(new Change.RegionChanged(state.stream, gone, false)));
            case ResetFinished finished -> episodes.resetFinished(finished);
            case MemoryDecodingChanged changed -> episodes.decodingChanged(changed, intent);
            case PowerChanged changed -> episodes.powerChanged(changed, intent);
            case DeviceReleased released ->
                state.put(state.device(released.device()).released());
            case GroupDetached detached ->
                contextNumbered(detached.context())
                        .ifPresent(context -> state.removeGroup(context, detached.group(), Cause.LAST_GROUP_LEFT));
            case ContextClosed closed -> contextNumbered(closed.context()).ifPresent(this::contextClosed);
            case NotAsked notAsked -> notAsked(intent);
            case Refused refused -> refused(refused, intent);
        }
    }

    private void notAsked(@Nullable Intent intent) {
        if (intent instanceof MapRequested map) {
            Mapping mapping = state.mappings.find(map.mapping());
            if (mapping != null) {
                state.put(mapping.in(MappingState.REFUSED, Cause.ROLLED_BACK, Source.OBSERVED));
            }
        }
    }

    void faulted(long sequence, DmaFaulted fault) {
        int group = state.device(fault.device()).group();
        Optional<Context> context = state.contexts.values().stream()
                .filter(open -> open.groups().contains(group))
                .findFirst();
        Optional<Mapping> standing = context.flatMap(open ->
                state.mappings.touching(open.id().number(), new IovaRange(fault.iova(), fault.iova())).stream()
                        .findFirst());
        state.report(new Change.Faulted(new Fault(
                state.stream,
                sequence,
                fault.device(),
                fault.iova(),
                fault.write(),
                fault.reason(),
                fault.kernelNanos(),
                context.map(Context::id),
                standing.map(Mapping::id))));
    }

    void discovered(DeviceDiscovered found) {
        Device known = state.device(found.device());
        state.put(new Device(
                found.device(),
                found.group(),
                found.vendor(),
                found.product(),
                found.classCode(),
                found.driver(),
                found.resetMethods(),
                found.bars(),
                known.context(),
                known.session(),
                known.decoding(),
                known.power()));
    }

    private void contextOpened(ContextOpened opened) {
        state.put(new Context(
                state.context(opened.context()), opened.kind(), ContextState.OPEN, new TreeSet<>(), 0, List.of(), -1));
    }

    private void groupAttached(GroupAttached attached) {
        contextNumbered(attached.context()).ifPresent(context -> {
            SortedSet<Integer> groups = new TreeSet<>(context.groups());
            groups.add(attached.group());
            state.put(new Context(
                    context.id(),
                    context.kind(),
                    context.state(),
                    groups,
                    attached.pageSizes(),
                    attached.iovaRanges(),
                    mappingLimit(context, attached)));
        });
    }

    /** An entry is taken or free. */
    private long mappingLimit(Context context, GroupAttached attached) {
        return attached.dmaAvail() < 0
                ? -1
                : attached.dmaAvail()
                        + state.mappings.ofContext(context.id().number()).stream()
                                .filter(mapping -> mapping.state().inKernel())
                                .count();
    }

    private void contextClosed(Context context) {
        if (context.groups().isEmpty()) {
            state.mappings
                    .ofContext(context.id().number())
                    .forEach(mapping -> state.end(mapping, Cause.CONTEXT_CLOSED));
        }
        state.put(context.withState(ContextState.CLOSED));
    }

    private void regionAllocated(RegionAllocated allocated, @Nullable Intent intent) {
        if (intent instanceof RegionRequested asked) {
            Region region = new Region(asked.name(), asked.size(), asked.hugePageBytes(), allocated.vaddr());
            state.regions.put(region.name(), region);
            state.report(new Change.RegionChanged(state.stream, region, true));
        }
    }

    private Optional<Context> contextNumbered(long number) {
        Optional<Context> context = Optional.ofNullable(state.contexts.get(number));
        if (context.isEmpty()) {
            state.finding("a fact about a context that is not open: context=" + number);
        }
        return context;
    }

    private void refused(Refused refused, @Nullable Intent intent) {
        KernelEvidence evidence = refused.evidence();
        switch (intent) {
            case MapRequested map -> {
                Mapping mapping = state.mappings.find(map.mapping());
                if (mapping != null) {
                    state.put(mapping.refused(evidence));
                }
            }
            case RestoreRequested restore -> {
                Mapping mapping = state.mappings.find(restore.mapping());
                if (mapping != null) {
                    state.put(mapping.lost(evidence));
                }
            }
            case ResetRequested reset -> episodes.refused(reset.episode(), evidence);
            case MemoryDecodingRequested decoding -> episodes.refused(decoding.episode(), evidence);
            case PowerRequested power -> episodes.refused(power.episode(), evidence);
            case null, default -> {
                // A refused call of another kind leaves everything as it was.
            }
        }
    }
}
