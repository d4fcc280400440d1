package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of a host of which something may still stand, and the rules between them: what a new start, or a group that it
 * gets, tells about the former ones.
 */
final class Epochs {
    private final TreeMap<Long, EpochState> byNumber = new TreeMap<>();
    private final Consumer<Change> changes;
    /** The one that spoke last, which is nearly always the one that speaks next. */
    private @Nullable EpochState speaking;

    Epochs(Consumer<Change> changes) {
        this.changes = changes;
    }

    Epochs copy(Consumer<Change> told) {
        Epochs copy = new Epochs(told);
        byNumber.forEach((number, state) -> copy.byNumber.put(number, state.copy(told)));
        return copy;
    }

    void resume(EpochCheckpoint kept) {
        byNumber.put(kept.epoch().stream().epoch(), new EpochState(kept, changes));
    }

    Collection<EpochState> all() {
        return byNumber.values();
    }

    @Nullable
    EpochState get(long epoch) {
        return byNumber.get(epoch);
    }

    Optional<EpochState> newest() {
        return Optional.ofNullable(byNumber.lastEntry()).map(Map.Entry::getValue);
    }

    /**
     * The epoch of a fact, which may be its first; null if nothing stood any more of an older one: its facts were taken
     * before, or come from an agent that is fenced.
     */
    @Nullable
    EpochState of(StreamId stream, Fact fact) {
        EpochState last = speaking;
        if (last == null || last.stream.epoch() != stream.epoch()) {
            last = find(stream, fact);
            speaking = last;
        }
        return last;
    }

    private @Nullable EpochState find(StreamId stream, Fact fact) {
        EpochState known = byNumber.get(stream.epoch());
        if (known != null || (!byNumber.isEmpty() && stream.epoch() < byNumber.lastKey())) {
            return known;
        }
        EpochBegan began = fact instanceof EpochBegan first ? first : Beginnings.UNSEEN;
        EpochState fresh = new EpochState(Epoch.begun(stream, began), changes);
        byNumber.put(stream.epoch(), fresh);
        return fresh;
    }

    void began(EpochState state, EpochBegan began) {
        Optional<EpochState> unended = before(state.stream).filter(last -> last.epoch.state() == Epoch.State.RUNNING);
        for (EpochState older : olderThan(state)) {
            Since since = Since.between(older.epoch.began(), began);
            endsUnseen(older, older.nanos(), since, state.nanos());
            if (since == Since.REBOOTED && older.epoch.state() != Epoch.State.ENDED) {
                older.ended(Cause.HOST_REBOOTED, Epoch.State.SUPERSEDED);
            } else if (older.epoch.state() == Epoch.State.RUNNING) {
                older.agentGone();
            }
        }
        recordingGap(state, began, unended);
        forgetSettled(state);
        state.put(Epoch.begun(state.stream, began));
    }

    /** What the former start recorded and the store never got ended with it; if its journal is not there, nobody knows what. */
    private void recordingGap(EpochState state, EpochBegan began, Optional<EpochState> unended) {
        boolean known = false;
        if (began.predecessor().isPresent()) {
            Predecessor former = began.predecessor().get();
            OptionalLong taken = taken(state.stream, former);
            known = taken.isPresent() && former.facts() >= taken.getAsLong();
            if (known && !former.inOrder() && former.facts() > taken.getAsLong()) {
                state.finding("facts are lost: the agent of epoch " + former.epoch()
                        + " ended before the store had facts " + taken.getAsLong() + " to " + (former.facts() - 1)
                        + " of it");
            }
        }
        if (!known) {
            unended.ifPresent(
                    last -> state.finding("facts may be missing: the agent began without the journal of epoch "
                            + last.stream.epoch() + ", or with an older one. The store has facts 0 to "
                            + last.lastSequence
                            + " of it; whether there were more is not known"));
        }
    }

    /**
     * How many facts were taken of the epoch that a start names as its former one; empty if those that were taken under this
     * number are another start's, or if a later epoch has spoken: then it is not the journal of the agent that spoke last.
     */
    OptionalLong taken(StreamId stream, Predecessor former) {
        Optional<EpochState> last = before(stream);
        if (last.isEmpty() || former.epoch() > last.get().stream.epoch()) {
            return OptionalLong.of(0);
        }
        EpochBegan began = last.get().epoch.began();
        boolean same = former.epoch() == last.get().stream.epoch()
                && (began.equals(Beginnings.UNSEEN)
                        || former.instance().orElse(began.instance()).equals(began.instance()));
        return same ? OptionalLong.of(last.get().lastSequence + 1) : OptionalLong.empty();
    }

    /** The newest of the older ones. */
    private Optional<EpochState> before(StreamId stream) {
        return Optional.ofNullable(byNumber.lowerEntry(stream.epoch())).map(Map.Entry::getValue);
    }

    /** A group has a single opener: whoever held it in an older epoch of this machine is gone. */
    void holderGone(EpochState state, int group) {
        for (EpochState older : olderThan(state)) {
            Since since = Since.between(older.epoch.began(), state.epoch.began());
            if (since == Since.MOVED) {
                continue;
            }
            endsUnseen(older, older.callNanos(), since, state.nanos());
            for (Context context : List.copyOf(older.contexts.values())) {
                older.removeGroup(context, group, Cause.HOLDER_GONE);
                older.closeIfEmpty(context.id());
            }
        }
        forgetSettled(state);
    }

    /**
     * What an older epoch's mapping was to be is known now, whatever the groups of its context say; unless another machine
     * says so, of which the agent has brought the journal, but not the groups.
     */
    void resolved(EpochState state, IntentResolved resolved) {
        EpochState older = byNumber.get(resolved.epoch());
        if (older == null || Since.between(older.epoch.began(), state.epoch.began()) == Since.MOVED) {
            return;
        }
        RecordedFact asked = older.pending.remove(resolved.sequence());
        if (resolved.resolution() == IntentResolved.Resolution.ABSENT
                && asked != null
                && asked.fact() instanceof MapRequested map) {
            older.happenedSince(asked.stamp().monotonicNanos());
            Mapping mapping = older.mappings.find(map.mapping());
            if (mapping != null) {
                older.end(mapping, Cause.HOLDER_GONE);
            }
        }
    }

    /** The monotonic clocks of two boots, or of two machines, cannot be compared. */
    private static void endsUnseen(EpochState older, long from, Since since, long now) {
        if (since == Since.SAME_BOOT) {
            older.happenedBetween(from, now);
        } else {
            older.happenedSince(from);
        }
    }

    private Collection<EpochState> olderThan(EpochState state) {
        return byNumber.headMap(state.stream.epoch()).values();
    }

    private void forgetSettled(EpochState state) {
        olderThan(state).removeIf(older -> older.epoch.state() != Epoch.State.RUNNING && older.mappings.isEmpty());
    }
}
