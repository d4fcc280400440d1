package io.iommuledger.agent.recording;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Writes the agent's stream. Every call to the kernel goes through {@link #perform}: its intent is recorded before it, its
 * answer after it, whatever the answer is. For the agent's one thread.
 */
public final class Recorder {

    /** A call to the kernel. */
    @FunctionalInterface
    public interface Call<T> {
        T run() throws KernelRefused;
    }

    /** Makes the answer's fact of the intent's sequence and the kernel's result. */
    @FunctionalInterface
    public interface Answering<T> {
        Answer fact(long intent, T result);
    }

    private final StreamId stream;
    private final HostClock clock;
    private final Outbox outbox;
    private final LongConsumer counted;
    private final HostState books;
    private final Consumer<Change> listener;
    private Optional<UUID> operation = Optional.empty();
    private long nextSequence;

    /**
     * @param counted  told how many facts there are with the next one, before that one leaves
     * @param listener told of every change of the books, in order
     */
    public Recorder(StreamId stream, HostClock clock, Outbox outbox, LongConsumer counted, Consumer<Change> listener) {
        this.stream = stream;
        this.clock = clock;
        this.outbox = outbox;
        this.counted = counted;
        this.listener = listener;
        this.books = new HostState(stream.host());
    }

    public StreamId stream() {
        return stream;
    }

    /** What stands, by the facts recorded so far. */
    public HostState books() {
        return books;
    }

    /** From here on facts are caused by this operation; empty: by the agent itself. */
    public void onBehalfOf(Optional<UUID> cause) {
        operation = cause;
    }

    /** @return its sequence */
    public long record(Fact fact) {
        long sequence = nextSequence++;
        RecordedFact recorded =
                new RecordedFact(new Stamp(sequence, clock.wallNanos(), clock.monotonicNanos(), operation), fact);
        counted.accept(nextSequence);
        outbox.add(sequence, FactCodec.encode(recorded));
        books.evolve(stream, recorded, listener);
        return sequence;
    }

    /** Records the intent, calls the kernel, records what it answered. */
    public <T> T perform(Intent intent, Call<T> call, Answering<T> answering) throws KernelRefused {
        long sequence = record(intent);
        T result;
        try {
            result = call.run();
        } catch (KernelRefused refused) {
            record(new Refused(sequence, refused.evidence()));
            throw refused;
        }
        record(answering.fact(sequence, result));
        return result;
    }
}
