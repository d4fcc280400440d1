package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.EpochBegan;

/**
 * One start of a host's agent.
 *
 * @param policies in force now
 * @param tainted  whether any policy in force in this epoch has been weaker than the default
 */
public record Epoch(StreamId stream, EpochBegan began, State state, Policies policies, boolean tainted) {
    /** Whether this epoch can still bring facts. */
    public enum State {
        RUNNING,
        /** Ended in order. */
        ENDED,
        /** A newer epoch began without this one having ended in order. */
        SUPERSEDED
    }

    static Epoch begun(StreamId stream, EpochBegan began) {
        return new Epoch(
                stream, began, State.RUNNING, began.policies(), began.policies().weakerThanDefault());
    }

    Epoch in(State now) {
        return new Epoch(stream, began, now, policies, tainted);
    }

    Epoch under(Policies now) {
        return new Epoch(stream, began, state, now, tainted || now.weakerThanDefault());
    }
}
