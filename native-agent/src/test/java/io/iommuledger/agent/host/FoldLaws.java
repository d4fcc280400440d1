package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Folds a host's history fact by fact, all its epochs, and sees that the fold keeps what it promises of every history. */
final class FoldLaws {
    private record Told(StreamId stream, RecordedFact recorded) {}

    private final HostState state;
    private final List<Told> history = new ArrayList<>();
    private final Map<MappingId, Mapping> mappings = new HashMap<>();
    private final Map<EpisodeId, EpisodeOutcome> episodes = new HashMap<>();
    private long effectiveNanos = Long.MIN_VALUE;

    FoldLaws(HostId host) {
        state = new HostState(host);
    }

    HostState state() {
        return state;
    }

    void take(StreamId stream, RecordedFact recorded) {
        history.add(new Told(stream, recorded));
        List<Change> changes = state.evolve(stream, recorded);
        assertThat(state.evolve(stream, recorded)).as("the same again").isEmpty();
        assertThat(state.effectiveNanos())
                .as("effective time")
                .isGreaterThanOrEqualTo(
                        Math.max(effectiveNanos, recorded.stamp().wallNanos()));
        effectiveNanos = state.effectiveNanos();
        long removed = 0;
        for (Change change : changes) {
            switch (change) {
                case Change.MappingChanged(Mapping now) -> removed += removed(now);
                case Change.EpisodeChanged(Episode now) -> changed(now);
                case Change.Finding finding ->
                    throw new AssertionError("of an honest history: " + finding + ", " + recorded);
                default -> {}
            }
        }
        assertRemoved(recorded.fact(), removed);
    }

    /** Bytes that have left the kernel by the change. */
    private long removed(Mapping now) {
        Mapping before = mappings.put(now.id(), now);
        if (before != null) {
            assertThat(before.state().terminal())
                    .as("ended, and changes: %s, %s", before, now)
                    .isFalse();
        }
        if (now.state() == MappingState.ORPHANED && now.backing() instanceof Backing.BarRange bar) {
            assertThat(state.device(bar.exporter())
                            .filter(device -> device.held() && device.session() == now.exporterSession()))
                    .as("the exporter of an orphan: %s", now)
                    .isEmpty();
        }
        boolean left =
                before != null && before.state().inKernel() && !now.state().inKernel();
        return left ? now.iova().size() : 0;
    }

    private void changed(Episode now) {
        EpisodeOutcome before = episodes.put(now.id(), now.outcome());
        assertThat(before).as("ended, and changes: %s", now).isIn(null, EpisodeOutcome.OPEN);
    }

    private static void assertRemoved(Fact fact, long removed) {
        if (fact instanceof Unmapped unmapped) {
            assertThat(removed).as("bytes that left by %s", unmapped).isEqualTo(unmapped.unmappedBytes());
        }
    }

    /** A history that comes all over again changes nothing. */
    void again() {
        for (Told told : history) {
            assertThat(state.evolve(told.stream(), told.recorded()))
                    .as("%s comes again", told)
                    .isEmpty();
        }
    }
}
