package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What each fact does to its epoch: one method a fact. Nothing here refuses; what does not fit becomes a finding. */
final class Evolution {
    private final EpochState state;

    Evolution(EpochState state) {
        this.state = state;
    }

    void intended(long sequence, Intent intent) {
        state.pending.put(sequence, intent);
        switch (intent) {
            case MapRequested map -> mapRequested(map);
            case ResetRequested reset ->
                state.put(new Episode(
                        state.episode(reset.episode()),
                        reset.device(),
                        reset.kind(),
                        reset.affected(),
                        Episode.Call.IN_FLIGHT,
                        EpisodeOutcome.OPEN,
                        Optional.empty()));
            default -> {
                // The other intents change nothing before their answer.
            }
        }
    }

    void answered(Answer answer) {
        Intent intent = state.pending.remove(answer.intent());
        if (intent == null) {
            state.finding("answer without its intent: intent=" + answer.intent() + ", answer=" + answer);
        }
        switch (answer) {
            case ContextOpened opened -> contextOpened(opened);
            case GroupAttached attached -> groupAttached(attached);
            case DeviceOpened opened ->
                state.put(state.device(opened.device()).opened(state.context(opened.context()), opened.decoding()));
            case Mapped mapped -> mapped(mapped);
            case Unmapped unmapped -> unmapped(unmapped, reason(intent));
            case ResetFinished finished -> resetFinished(finished);
            case MemoryDecodingChanged changed -> decodingChanged(changed, intent);
            case DeviceReleased released -> {
                state.put(state.device(released.device()).released());
                state.endEpisodes(released.device());
            }
            case GroupDetached detached ->
                contextNumbered(detached.context())
                        .ifPresent(context -> state.removeGroup(context, detached.group(), Cause.LAST_GROUP_LEFT));
            case ContextClosed closed ->
                contextNumbered(closed.context()).ifPresent(context -> {
                    if (context.groups().isEmpty()) {
                        state.mappings
                                .ofContext(closed.context())
                                .forEach(mapping -> state.end(mapping, Cause.CONTEXT_CLOSED));
                    }
                    state.put(context.withState(ContextState.CLOSED));
                });
            case Refused refused -> refused(refused, intent);
        }
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
                known.decoding()));
    }

    private void mapRequested(MapRequested map) {
        int session = map.backing() instanceof Backing.BarRange bar
                ? state.device(bar.exporter()).session()
                : 0;
        state.put(new Mapping(
                new MappingId(state.stream.host(), state.stream.epoch(), map.mapping()),
                state.context(map.context()),
                map.iova(),
                map.access(),
                map.backing(),
                session,
                MappingState.REQUESTED,
                Cause.MAP_REQUESTED,
                Source.OBSERVED,
                Optional.empty(),
                Optional.empty()));
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
                    attached.dmaAvail()));
        });
    }

    private void mapped(Mapped mapped) {
        Optional<Mapping> requested = state.mappings.find(mapped.mapping());
        if (requested.isEmpty()) {
            state.finding("a mapping stands that nobody asked for: mapping=" + mapped.mapping());
            return;
        }
        Mapping mapping = requested.get();
        for (Mapping other : state.mappings.touching(mapping.context().number(), mapping.iova())) {
            if (!other.id().equals(mapping.id())) {
                state.finding("live mappings overlap: " + mapping.id() + " " + mapping.iova() + " and " + other.id()
                        + " " + other.iova());
            }
        }
        state.put(state.judged(mapping, Cause.MAPPED, Source.OBSERVED));
    }

    /** Success is not removal: what the kernel says it removed is held against what should have stood there. */
    private void unmapped(Unmapped answer, UnmapReason reason) {
        List<Mapping> inside = state.mappings.touching(answer.context(), answer.requested());
        long held = inside.stream().mapToLong(mapping -> mapping.iova().size()).sum();
        if (Long.compareUnsigned(answer.unmappedBytes(), held) > 0) {
            state.finding("the kernel removed more than the books held: context=" + answer.context() + ", requested="
                    + answer.requested() + ", removed=" + Long.toUnsignedString(answer.unmappedBytes())
                    + " bytes, held="
                    + Long.toUnsignedString(held) + " bytes");
        }
        boolean all = Long.compareUnsigned(answer.unmappedBytes(), held) >= 0;
        for (Mapping mapping : inside) {
            if (!all) {
                state.put(mapping.in(MappingState.LIMBO, Cause.SHORT_UNMAP, Source.UNKNOWN));
            } else if (reason == UnmapReason.EXPORTER_RELEASE) {
                state.put(mapping.in(MappingState.DROPPED, Cause.DROPPED_BY_POLICY, Source.OBSERVED));
            } else {
                state.put(mapping.in(MappingState.UNMAPPED, Cause.UNMAPPED, Source.OBSERVED));
            }
        }
    }

    private void resetFinished(ResetFinished finished) {
        Episode episode = state.openEpisodes.get(finished.episode());
        if (episode == null) {
            state.finding("a reset ended that did not begin: episode=" + finished.episode());
            return;
        }
        episode.affected().stream().map(state::device).filter(Device::held).forEach(held -> state.put(held.unread()));
        state.put(episode.returned());
        finished.decoding().forEach(one -> state.put(state.device(one.device()).decoding(one.decoding())));
        episode.affected().forEach(state::endEpisodes);
    }

    private void decodingChanged(MemoryDecodingChanged changed, @Nullable Intent intent) {
        boolean begins = changed.decoding() == MemoryDecoding.OFF
                && state.openEpisode(changed.device(), EpisodeKind.MEMORY_OFF).isEmpty();
        if (begins && intent instanceof MemoryDecodingRequested requested) {
            state.put(new Episode(
                    state.episode(requested.episode()),
                    changed.device(),
                    EpisodeKind.MEMORY_OFF,
                    List.of(changed.device()),
                    Episode.Call.RETURNED,
                    EpisodeOutcome.OPEN,
                    Optional.empty()));
        }
        state.put(state.device(changed.device()).decoding(changed.decoding()));
        state.endEpisodes(changed.device());
    }

    private void refused(Refused refused, @Nullable Intent intent) {
        switch (intent) {
            case MapRequested map ->
                state.mappings.find(map.mapping()).ifPresent(mapping -> state.put(mapping.refused(refused.evidence())));
            case ResetRequested reset ->
                Optional.ofNullable(state.openEpisodes.get(reset.episode()))
                        .ifPresent(episode -> state.put(episode.refused(refused.evidence())));
            case null, default -> {
                // A refused call of another kind leaves everything as it was.
            }
        }
    }

    private Optional<Context> contextNumbered(long number) {
        Optional<Context> context = Optional.ofNullable(state.contexts.get(number));
        if (context.isEmpty()) {
            state.finding("a fact about a context that is not open: context=" + number);
        }
        return context;
    }

    private static UnmapReason reason(@Nullable Intent intent) {
        return intent instanceof UnmapRequested requested ? requested.reason() : UnmapReason.OWNER;
    }
}
