package io.iommuledger.agent.recording;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFull;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Writes the agent's stream. Every call to the kernel goes through {@link #perform} or {@link #performAll}: its intent is
 * durable before it, its answer is recorded after it, whatever the answer is. For the agent's one thread.
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

    /** One call of a batch. */
    public record Deed<T>(Intent intent, Call<T> call, Answering<T> answering) {}

    /** What the kernel said to a call of a batch: a result or a refusal. */
    public record Reply<T>(Optional<T> result, Optional<KernelRefused> refusal) {}

    /** Told of each reply, when its fact is recorded. */
    @FunctionalInterface
    public interface Replies<T> {
        /** @return whether the next call of the batch is made */
        boolean goOn(int index, Reply<T> reply);
    }

    private final StreamId stream;
    private final HostClock clock;
    private final Journal journal;
    private final HostState books;
    private final Consumer<Change> listener;
    private Optional<UUID> operation = Optional.empty();
    private long nextSequence;

    /** @param listener told of every change of the books, in order */
    public Recorder(StreamId stream, HostClock clock, Journal journal, Consumer<Change> listener) {
        this.stream = stream;
        this.clock = clock;
        this.journal = journal;
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

    /**
     * Records a fact, in several records if its lists are too long for one; it is durable, and may leave this host, after
     * {@link #sync}.
     *
     * @return its sequence
     * @throws JournalFull if there is no space; then it is as if it had never been asked for, for parts of a fact that does
     *     not follow mean nothing
     */
    public long record(Fact fact) {
        List<Fact> records = Parts.of(fact);
        int parts = records.size() - 1;
        records.subList(0, parts).forEach(part -> record(part, 0));
        return record(records.getLast(), parts);
    }

    private long record(Fact fact, int parts) {
        long wall = clock.wallNanos();
        long monotonic = clock.monotonicNanos();
        RecordedFact recorded = new RecordedFact(new Stamp(nextSequence, wall, monotonic, operation, parts), fact);
        long sequence = journal.append(FactCodec.encode(recorded), monotonic, wall);
        if (sequence != nextSequence) {
            throw new IllegalStateException("facts out of order: expected=" + nextSequence + ", got=" + sequence);
        }
        nextSequence++;
        books.evolve(stream, recorded, listener);
        return sequence;
    }

    /** Makes durable what is recorded. */
    public void sync() {
        journal.sync();
    }

    /** Makes the intent durable, calls the kernel, records what it answered. */
    public <T> T perform(Intent intent, Call<T> call, Answering<T> answering) throws KernelRefused {
        long sequence = record(intent);
        journal.sync();
        T result;
        try {
            result = call.run();
        } catch (KernelRefused refused) {
            recordAnswer(new Refused(sequence, refused.evidence()));
            journal.write();
            throw refused;
        }
        recordAnswer(answering.fact(sequence, result));
        journal.write();
        return result;
    }

    /**
     * Makes all intents of a batch durable with one sync, then makes its calls in order and records each answer, and makes
     * these durable with another sync. If a reply ends the batch, the calls after it are not made, and a fact says so.
     */
    public <T> void performAll(List<Deed<T>> deeds, Replies<T> replies) {
        if (deeds.isEmpty()) {
            return;
        }
        List<Long> intents = new ArrayList<>(deeds.size());
        deeds.forEach(deed -> intents.add(record(deed.intent())));
        journal.sync();
        int made = 0;
        try {
            for (boolean goOn = true; goOn && made < deeds.size(); ) {
                int index = made++;
                goOn = replies.goOn(index, perform(intents.get(index), deeds.get(index)));
            }
        } catch (RuntimeException fault) {
            notAsked(intents.subList(made, intents.size()));
            throw fault;
        }
        notAsked(intents.subList(made, intents.size()));
        journal.sync();
    }

    private void notAsked(List<Long> intents) {
        intents.forEach(intent -> recordAnswer(new NotAsked(intent)));
    }

    private <T> Reply<T> perform(long intent, Deed<T> deed) {
        T result;
        try {
            result = deed.call().run();
        } catch (KernelRefused refused) {
            recordAnswer(new Refused(intent, refused.evidence()));
            return new Reply<>(Optional.empty(), Optional.of(refused));
        }
        recordAnswer(deed.answering().fact(intent, result));
        return new Reply<>(Optional.of(result), Optional.empty());
    }

    /** Space for it was seen to before its intent; a deed that cannot be told must not go on as if it had been. */
    private void recordAnswer(Answer answer) {
        try {
            record(answer);
        } catch (JournalFull full) {
            journal.fail("there is no space for the kernel's answer to intent " + answer.intent(), full);
        }
    }
}
