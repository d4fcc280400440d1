package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import io.iommuledger.protocol.horizon.HorizonHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A host's fold, how far along the log it has come, and what the rows need to know besides. */
final class FoldedHost {
    private final HostState state;
    private long position = -1;
    private long newestEpoch;
    private At began = new At(-1, 0, Optional.empty());
    private final Map<Long, Long> passed = new HashMap<>();
    private final Map<Long, Long> highestMapping = new HashMap<>();
    private final Map<EpisodeId, At> episodes = new HashMap<>();

    /**
     * What a fact did.
     *
     * @param changes in order
     * @param epoch   the newest one, if the fact has changed it
     * @param first   mappings of which nothing was heard before
     * @param begins  where the episodes began that it changed
     * @param gaps    facts that it shows to be missing
     */
    record Taken(
            List<Change> changes,
            Optional<Epoch> epoch,
            Set<MappingId> first,
            Map<EpisodeId, At> begins,
            List<Gap> gaps) {}

    FoldedHost(HostId host) {
        this(new HostState(host));
    }

    private FoldedHost(HostState state) {
        this.state = state;
    }

    /** One that goes on where it stood at the horizon. */
    static FoldedHost resumed(HorizonHost kept) {
        HostCheckpoint fold = kept.fold();
        FoldedHost host = new FoldedHost(HostState.resumed(fold.host(), fold.effectiveNanos(), fold.epochs()));
        host.position = kept.position();
        host.newestEpoch = kept.newestEpoch();
        host.began = new At(kept.beganPosition(), kept.beganNanos(), Optional.empty());
        host.passed.putAll(kept.passed());
        // Of those that have ended nothing is heard any more.
        fold.standing().keySet().forEach(id -> host.highestMapping.merge(id.epoch(), id.number(), Math::max));
        kept.episodes()
                .forEach(open ->
                        host.episodes.put(open.episode(), new At(open.position(), open.nanos(), open.operation())));
        return host;
    }

    /** Folds the next fact of the host. */
    Taken take(long at, StreamId stream, RecordedFact fact) {
        Optional<Epoch> before = state.epoch();
        List<Gap> gaps = gaps(stream, fact);
        List<Change> changes = state.evolve(stream, fact);
        position = at;
        if (stream.epoch() > newestEpoch) {
            newestEpoch = stream.epoch();
            began = at(fact);
        }
        boolean taken = state.lastSequence(stream.epoch()) == fact.stamp().sequence();
        if (taken) {
            passed.remove(stream.epoch());
        }
        Optional<Epoch> changed = state.epoch().filter(now -> !before.equals(Optional.of(now)));
        return taken(changes, at(fact), changed, taken ? gaps : List.of());
    }

    private List<Gap> gaps(StreamId stream, RecordedFact fact) {
        List<Gap> gaps = new ArrayList<>();
        long expected = state.lastSequence(stream.epoch()) + 1 + passed.getOrDefault(stream.epoch(), 0L);
        long missing = fact.stamp().sequence() - expected;
        if (missing > 0) {
            gaps.add(new Gap(stream.epoch(), missing, Gap.Cause.MISSING, "their sequences were left out"));
        }
        switch (fact.fact()) {
            case FactsLost lost -> gaps.add(new Gap(stream.epoch(), lost.count(), Gap.Cause.LOST, lost.why()));
            case JournalDamaged damaged -> {
                long unstored = unstored(damaged);
                if (unstored > 0) {
                    gaps.add(new Gap(
                            damaged.epoch(),
                            unstored,
                            switch (damaged.fate()) {
                                case CUT -> Gap.Cause.CUT;
                                case QUARANTINED -> Gap.Cause.QUARANTINED;
                            },
                            damaged.why()));
                }
            }
            case EpochBegan first ->
                first.predecessor().filter(former -> !former.inOrder()).ifPresent(former -> {
                    long unstored = former.facts()
                            - state.taken(stream, former).orElse(former.facts())
                            - passed.getOrDefault(former.epoch(), 0L);
                    if (unstored > 0) {
                        gaps.add(new Gap(
                                former.epoch(),
                                unstored,
                                Gap.Cause.NEVER_STORED,
                                "the agent ended before the store had them"));
                    }
                });
            default -> {
                // The others tell of no loss.
            }
        }
        return gaps;
    }

    /**
     * Of records that cannot be taken, those that the store has not, and that no gap tells of yet. What a start recorded of
     * which the store has nothing is not missing from an epoch of the same number that it has of another start.
     */
    private long unstored(JournalDamaged damaged) {
        Optional<UUID> known = state.instance(damaged.epoch());
        if (known.isPresent()
                && !damaged.instance().equals(known)
                && damaged.instance().isPresent()) {
            return 0;
        }
        long first = damaged.firstSequence();
        long stored = state.lastSequence(damaged.epoch()) + 1 + passed.getOrDefault(damaged.epoch(), 0L);
        long told = state.epoch()
                .flatMap(epoch -> epoch.began().predecessor())
                .filter(former -> former.epoch() == damaged.epoch() && !former.inOrder())
                .map(Predecessor::facts)
                .orElse(0L);
        long from = Math.max(first + damaged.stored(), Math.max(stored, told));
        return first + damaged.records() - from;
    }

    /** An entry that is not understood: there is nothing to fold, but the host has come this far. */
    void pass(long at, StreamId stream) {
        position = at;
        passed.merge(stream.epoch(), 1L, Long::sum);
    }

    /** An entry whose payload was removed: no state rests on it. */
    void removed(long at, StreamId stream) {
        position = at;
        state.removed(stream);
    }

    At at(RecordedFact fact) {
        return new At(position, state.effectiveNanos(), fact.stamp().operation());
    }

    private Taken taken(List<Change> changes, At now, Optional<Epoch> epoch, List<Gap> gaps) {
        Set<MappingId> first = new HashSet<>();
        Map<EpisodeId, At> begins = new HashMap<>();
        for (Change change : changes) {
            if (change instanceof Change.MappingChanged(Mapping mapping)) {
                long highest = highestMapping.getOrDefault(mapping.id().epoch(), -1L);
                if (mapping.id().number() > highest) {
                    highestMapping.put(mapping.id().epoch(), mapping.id().number());
                    first.add(mapping.id());
                }
            } else if (change instanceof Change.EpisodeChanged(Episode episode)) {
                begins.put(episode.id(), Objects.requireNonNullElse(episodes.putIfAbsent(episode.id(), now), now));
            }
        }
        for (Change change : changes) {
            if (change instanceof Change.EpisodeChanged(Episode episode) && episode.outcome() != EpisodeOutcome.OPEN) {
                episodes.remove(episode.id());
            }
        }
        return new Taken(changes, epoch, first, begins, gaps);
    }

    HostId host() {
        return state.host();
    }

    /** Of the newest entry taken, -1 if there is none. */
    long position() {
        return position;
    }

    /** Effective time of that entry; empty while none of the host's entries was understood. */
    Optional<Long> nanos() {
        return state.epoch().map(epoch -> state.effectiveNanos());
    }

    /** Where the newest epoch began. */
    At began() {
        return began;
    }
}
