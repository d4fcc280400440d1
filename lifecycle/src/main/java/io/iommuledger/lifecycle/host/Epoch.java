package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.EpochBegan;

/** One start of a host's agent. */
public record Epoch(StreamId stream, EpochBegan began, State state) {

    /** Whether this epoch can still bring facts. */
    public enum State {
        RUNNING,
        /** Ended in order. */
        ENDED,
        /** A newer epoch began without this one having ended in order. */
        SUPERSEDED
    }

    public Epoch in(State now) {
        return new Epoch(stream, began, now);
    }
}
