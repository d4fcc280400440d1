package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the facts about mappings do to their epoch. */
final class MappingEvolution {
    private final EpochState state;

    MappingEvolution(EpochState state) {
        this.state = state;
    }

    void requested(MapRequested map) {
        int session = map.backing() instanceof Backing.BarRange bar
                ? state.device(bar.exporter()).session()
                : 0;
        state.put(Mapping.requested(
                state.stream, map.mapping(), map.context(), map.iova(), map.access(), map.backing(), session));
    }

    void mapped(Mapped mapped) {
        Mapping mapping = state.mappings.find(mapped.mapping());
        if (mapping == null) {
            state.finding("a mapping stands that nobody asked for: mapping=" + mapped.mapping());
            return;
        }
        for (Mapping other : state.mappings.touching(mapping.contextNumber(), mapping.iova())) {
            if (other.number() != mapping.number()) {
                state.finding("live mappings overlap: " + mapping.id() + " " + mapping.iova() + " and " + other.id()
                        + " " + other.iova());
            }
        }
        Cause cause = mapping.state() == MappingState.REVOKED ? Cause.RESTORED : Cause.MAPPED;
        state.put(state.judged(mapping, cause, Source.OBSERVED));
    }

    /** Success is not removal: what the kernel says it removed is held against what should have stood there. */
    void unmapped(long context, IovaRange requested, long bytes, @Nullable Intent intent) {
        List<Mapping> inside = state.mappings.touching(context, requested);
        long held = 0;
        for (Mapping mapping : inside) {
            held += mapping.state() == MappingState.REVOKED ? 0 : mapping.size();
        }
        if (Long.compareUnsigned(bytes, held) > 0) {
            state.finding("the kernel removed more than the books held: context=" + context + ", requested="
                    + requested + ", removed=" + Long.toUnsignedString(bytes) + " bytes, held="
                    + Long.toUnsignedString(held) + " bytes");
        }
        boolean all = Long.compareUnsigned(bytes, held) >= 0;
        for (Mapping mapping : inside) {
            if (!all && mapping.state() != MappingState.REVOKED) {
                state.put(mapping.in(MappingState.LIMBO, Cause.SHORT_UNMAP, Source.UNKNOWN));
            } else {
                state.put(removed(mapping, intent));
            }
        }
    }

    private Mapping removed(Mapping mapping, @Nullable Intent intent) {
        UnmapReason reason = intent instanceof UnmapRequested asked ? asked.reason() : UnmapReason.OWNER;
        return switch (reason) {
            case OWNER -> mapping.in(MappingState.UNMAPPED, Cause.UNMAPPED, Source.OBSERVED);
            case ROLLBACK -> mapping.in(MappingState.UNMAPPED, Cause.ROLLED_BACK, Source.OBSERVED);
            case EXPORTER_RELEASE -> mapping.in(MappingState.DROPPED, Cause.DROPPED_BY_POLICY, Source.OBSERVED);
            case SUSPENSION -> {
                long number = ((UnmapRequested) Objects.requireNonNull(intent))
                        .episode()
                        .orElse(0);
                EpisodeKind kind =
                        state.episodes.find(number).map(Episode::kind).orElse(EpisodeKind.FUNCTION_RESET);
                yield mapping.in(
                        MappingState.REVOKED,
                        EpisodeBook.cause(kind),
                        Source.OBSERVED,
                        Optional.of(state.episode(number)));
            }
        };
    }

    void accessChanged(AccessChanged changed, @Nullable Intent intent) {
        Mapping mapping = state.mappings.find(changed.mapping());
        if (mapping == null || !(intent instanceof AccessChangeRequested asked)) {
            state.finding("the access of a mapping changed that is not known: mapping=" + changed.mapping());
            return;
        }
        boolean stood = mapping.state() != MappingState.REVOKED;
        if (stood && Long.compareUnsigned(changed.unmappedBytes(), mapping.size()) < 0) {
            state.put(mapping.in(MappingState.LIMBO, Cause.SHORT_UNMAP, Source.UNKNOWN));
        } else if (changed.refusal().isPresent()) {
            if (!mapping.withheld()) {
                state.put(mapping.lost(changed.refusal().get()));
            }
        } else if (asked.access().isEmpty()) {
            state.put(mapping.in(MappingState.REVOKED, Cause.PERMISSION, Source.OBSERVED));
        } else {
            state.put(state.judged(mapping.accessible(asked.access().get()), Cause.ACCESS_CHANGED, Source.OBSERVED));
        }
    }
}
