package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.RecordedFact;
import java.util.function.Consumer;

/** Makes a state of a host's facts. */
public interface Fold {

    void evolve(StreamId stream, RecordedFact fact, Consumer<? super Change> told);

    /** Passes over a record whose payload was removed; see {@link HostState#removed}. */
    void removed(StreamId stream);

    HostState state();

    /** Another one that stands where this one stands. */
    Fold copy();

    /** What the facts say happened. */
    static Fold real(HostId host) {
        return new Real(new HostState(host));
    }

    /** The fold itself. */
    record Real(HostState state) implements Fold {
        @Override
        public void evolve(StreamId stream, RecordedFact fact, Consumer<? super Change> told) {
            state.evolve(stream, fact, told);
        }

        @Override
        public void removed(StreamId stream) {
            state.removed(stream);
        }

        @Override
        public Fold copy() {
            return new Real(state.copy());
        }
    }
}
