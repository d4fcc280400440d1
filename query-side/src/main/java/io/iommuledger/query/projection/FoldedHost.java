package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import java.util.List;
import java.util.Optional;

/** A host's fold, how far along the log it has come, and where its newest epoch began. */
final class FoldedHost {
    private final HostState state;
    private long position = -1;
    private long newestEpoch;
    private At began = new At(-1, 0, Optional.empty());

    FoldedHost(HostId host) {
        this.state = new HostState(host);
    }

    /** Folds the next fact of the host and says what it changed, in order. */
    List<Change> take(long at, StreamId stream, RecordedFact fact) {
        List<Change> changes = state.evolve(stream, fact);
        position = at;
        if (stream.epoch() > newestEpoch) {
            newestEpoch = stream.epoch();
            began = at(fact);
        }
        return changes;
    }

    /** An entry that is not understood: there is nothing to fold, but the host has come this far. */
    void pass(long at) {
        position = at;
    }

    At at(RecordedFact fact) {
        return new At(position, state.effectiveNanos(), fact.stamp().operation());
    }

    HostId host() {
        return state.host();
    }

    /** Of the newest entry taken, -1 if there is none. */
    long position() {
        return position;
    }

    long nanos() {
        return state.effectiveNanos();
    }

    At began() {
        return began;
    }

    /** The newest epoch; empty while none of the host's entries was understood. */
    Optional<Epoch> epoch() {
        return state.epoch();
    }
}
