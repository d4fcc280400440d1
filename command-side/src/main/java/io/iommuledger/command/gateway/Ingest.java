package io.iommuledger.command.gateway;

import com.google.protobuf.ByteString;
import io.iommuledger.command.host.HostView;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;

/** Appends agents' facts to the store, as the bytes they are, each once and without a gap. */
@Component
public class Ingest {
    private static final String STREAM_TYPE = "Host";

    private final EventStore store;
    private final EventLog log;
    private final Epochs epochs;

    /** A newer epoch has taken over while a batch was under way. */
    static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fenced(StreamId stream) {
            super("epoch " + stream.epoch() + " of " + stream.host() + " is over: a newer one has taken over");
        }
    }

    /** A fact comes again and is not what it was: one of the two is not what happened. */
    static final class Contradiction extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Contradiction(StreamId stream, long sequence) {
            super("fact " + sequence + " of " + stream + " is stored with another content; the store keeps what it has."
                    + " Two agents write one epoch, or a state directory was copied or put back");
        }
    }

    public Ingest(EventStore store, EventLog log, Epochs epochs) {
        this.store = store;
        this.log = log;
        this.epochs = epochs;
    }

    /**
     * What is stored of a stream.
     *
     * @param view         its fold
     * @param nextSequence the sequence after the last one that is in the fold
     */
    record Stored(HostView view, long nextSequence) {}

    Stored stored(StreamId stream) {
        HostView view = new HostView(stream);
        AtomicLong next = new AtomicLong();
        log.readStream(stream.toString(), Long.MAX_VALUE, entry -> {
            take(view, entry.payload());
            next.set(entry.sequence() + 1);
        });
        return new Stored(view, next.get());
    }

    /**
     * Stores what of a batch is not stored yet, in one transaction.
     *
     * @param next the sequence that the store wants next
     * @return the sequence that it wants after this
     * @throws MalformedRecord if the batch leaves a gap or a record is not the one that its place says
     * @throws Contradiction   if a record is stored already and is another there
     */
    long store(HostView view, FactBatch batch, long next) {
        if (Long.compareUnsigned(batch.getFirstSequence(), next) > 0) {
            throw new MalformedRecord("facts are missing: wanted sequence " + next + ", got "
                    + Long.toUnsignedString(batch.getFirstSequence()));
        }
        int known = (int) Math.min(next - batch.getFirstSequence(), batch.getRecordsCount());
        requireSame(
                view.stream(), batch.getFirstSequence(), batch.getRecordsList().subList(0, known));
        List<ByteString> fresh = batch.getRecordsList().subList(known, batch.getRecordsCount());
        if (fresh.isEmpty()) {
            return next;
        }
        List<EventMessage<?>> events = new ArrayList<>(fresh.size());
        List<byte[]> payloads = fresh.stream().map(ByteString::toByteArray).toList();
        long sequence = next;
        for (byte[] bytes : payloads) {
            events.add(message(view.stream(), sequence++, bytes));
        }
        if (!epochs.whileNewest(view.stream(), () -> store.publish(events))) {
            throw new Fenced(view.stream());
        }
        payloads.forEach(bytes -> take(view, bytes));
        return sequence;
    }

    private void requireSame(StreamId stream, long first, List<ByteString> again) {
        if (again.isEmpty()) {
            return;
        }
        List<byte[]> stored = log.payloads(stream.toString(), first, first + again.size());
        for (int i = 0; i < again.size(); i++) {
            if (!again.get(i).equals(ByteString.copyFrom(stored.get(i)))) {
                throw new Contradiction(stream, first + i);
            }
        }
    }

    private static EventMessage<?> message(StreamId stream, long sequence, byte[] bytes) {
        return new GenericDomainEventMessage<>(
                STREAM_TYPE, stream.toString(), sequence, new StoredFact(type(sequence, bytes), bytes));
    }

    /** A fact of a newer agent is stored all the same: what is not understood today may be tomorrow. */
    private static String type(long sequence, byte[] bytes) {
        if (bytes.length > StoredRecord.MOST_PAYLOAD_BYTES) {
            throw new MalformedRecord("fact " + sequence + " is " + bytes.length + " bytes long; a record has at most "
                    + StoredRecord.MOST_PAYLOAD_BYTES);
        }
        RecordedFact fact;
        try {
            fact = FactCodec.decode(bytes);
        } catch (MalformedRecord unknown) {
            return EventTypes.UNKNOWN_FACT;
        }
        if (fact.stamp().sequence() != sequence) {
            throw new MalformedRecord(
                    "a fact out of place: its record says " + fact.stamp().sequence() + ", its place " + sequence);
        }
        return EventTypes.of(fact.fact());
    }

    private static void take(HostView view, byte[] bytes) {
        try {
            view.evolve(FactCodec.decode(bytes));
        } catch (MalformedRecord unknown) {
            // stored, and without meaning to this version
        }
    }
}
