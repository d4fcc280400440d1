package io.iommuledger.command.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.command.host.HostView;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.StoredFact;
import io.iommuledger.db.append.BatchSignature;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * @param lastSha256   of that one's bytes; empty if there is none
     */
    record Stored(HostView view, long nextSequence, ByteString lastSha256) {}

    Stored stored(StreamId stream) {
        HostView view = new HostView(stream);
        AtomicLong next = new AtomicLong();
        byte[][] last = {new byte[0]};
        log.readStream(stream.toString(), Long.MAX_VALUE, entry -> {
            take(view, entry.payload());
            next.set(entry.sequence() + 1);
            last[0] = entry.payload();
        });
        return new Stored(
                view, next.get(), next.get() == 0 ? ByteString.EMPTY : ByteString.copyFrom(Signing.sha256(last[0])));
    }

    /**
     * Stores what of a batch is not stored yet, in one transaction.
     *
     * @return the sequence that the store wants after this
     * @throws MalformedRecord if the batch leaves a gap or a record is not the one that its place says
     * @throws SentAway        if the session's key did not sign the batch, a record is stored already and is another there,
     *                         or a newer epoch has taken over
     */
    long store(AgentSession session, FactBatch batch) {
        HostView view = session.view();
        long next = session.nextSequence();
        requireSigned(session.peer(), batch);
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
        List<byte[]> payloads = fresh.stream().map(ByteString::toByteArray).toList();
        if (next == 0) {
            requireBeginning(session.peer(), payloads.getFirst());
        }
        List<EventMessage<?>> events = events(session.peer(), batch, next, payloads);
        if (!epochs.whileNewest(session, () -> store.publish(events))) {
            throw new SentAway(
                    Status.Code.FAILED_PRECONDITION,
                    "epoch " + view.stream().epoch() + " of " + view.stream().host()
                            + " is over: a newer one has taken over");
        }
        payloads.forEach(bytes -> take(view, bytes));
        return next + payloads.size();
    }

    private static void requireSigned(Peer peer, FactBatch batch) {
        byte[] signed = Signing.batch(
                peer.stream(),
                batch.getFirstSequence(),
                batch.getRecordsList().stream().map(ByteString::toByteArray).toList());
        if (!Signing.verify(peer.key(), signed, batch.getSignature().toByteArray())) {
            throw new SentAway(
                    Status.Code.UNAUTHENTICATED,
                    AlarmKind.BAD_SIGNATURE,
                    peer.stream().toString(),
                    "the facts of " + peer.stream() + " from " + Long.toUnsignedString(batch.getFirstSequence())
                            + " on are not signed by the key that opened the session, "
                            + peer.key().fingerprint() + "; nothing of them is taken");
        }
    }

    /** What a newer agent begins with is not judged. */
    private static void requireBeginning(Peer peer, byte[] first) {
        Fact fact;
        try {
            fact = FactCodec.decode(first).fact();
        } catch (MalformedRecord newer) {
            return;
        }
        boolean fits = fact instanceof EpochBegan began
                && began.instance().equals(peer.instance())
                && (peer.remainder() || began.machineId().equals(peer.machineId()));
        if (!fits) {
            throw new MalformedRecord("the first fact of " + peer.stream()
                    + " is not the beginning of its epoch by the instance and on the machine that Hello named");
        }
    }

    private static List<EventMessage<?>> events(Peer peer, FactBatch batch, long next, List<byte[]> payloads) {
        BatchSignature signature = new BatchSignature(
                batch.getFirstSequence(),
                peer.key().fingerprint().value(),
                batch.getSignature().toByteArray());
        List<EventMessage<?>> events = new ArrayList<>(payloads.size());
        for (int i = 0; i < payloads.size(); i++) {
            long sequence = next + i;
            byte[] bytes = payloads.get(i);
            boolean last = i == payloads.size() - 1;
            events.add(new GenericDomainEventMessage<>(
                    STREAM_TYPE,
                    peer.stream().toString(),
                    sequence,
                    new StoredFact(type(sequence, bytes), bytes, last ? Optional.of(signature) : Optional.empty())));
        }
        return events;
    }

    private void requireSame(StreamId stream, long first, List<ByteString> again) {
        if (again.isEmpty()) {
            return;
        }
        List<byte[]> stored = log.payloads(stream.toString(), first, first + again.size());
        for (int i = 0; i < again.size(); i++) {
            if (!again.get(i).equals(ByteString.copyFrom(stored.get(i)))) {
                throw contradiction(stream, first + i);
            }
        }
    }

    private static SentAway contradiction(StreamId stream, long sequence) {
        return new SentAway(
                Status.Code.INVALID_ARGUMENT,
                AlarmKind.CONTRADICTION,
                stream.toString(),
                "fact " + sequence + " of " + stream + " is stored with another content; the store keeps what it has."
                        + " Two agents write one epoch, or a state directory was copied or put back");
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
