package io.iommuledger.command.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.command.host.HostView;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.FactStore;
import io.iommuledger.db.StoredFact;
import io.iommuledger.db.append.BatchSignature;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.PayloadRemoved;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** Appends agents' facts to the store, as the bytes they are, each once and without a gap. */
@Component
public class Ingest {
    private final FactStore store;
    private final EventLog log;
    private final Epochs epochs;
    private final Horizons horizons;

    public Ingest(FactStore store, EventLog log, Epochs epochs, Horizons horizons) {
        this.horizons = horizons;
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

    /**
     * A fact of a newer agent is stored all the same: what is not understood today may be tomorrow.
     *
     * @param fact empty if this version does not understand it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Arrived(byte[] bytes, Optional<RecordedFact> fact) {
        String type() {
            return fact.map(RecordedFact::fact).map(EventTypes::of).orElse(EventTypes.UNKNOWN_FACT);
        }
    }

    /** From the horizon on, if there is one: what was told by then may be gone. */
    Stored stored(StreamId stream) {
        return horizons.steady(horizon -> stored(stream, horizon));
    }

    private Stored stored(StreamId stream, Optional<Horizon> horizon) {
        HostView view = horizon.flatMap(at -> horizons.host(at, stream.host()))
                .map(kept -> HostView.resumed(stream, kept.fold()))
                .orElseGet(() -> new HostView(stream));
        long from = horizon.map(Horizon::position).orElse(-1L);
        AtomicLong next = new AtomicLong();
        byte[][] last = {new byte[0]};
        log.readStream(stream.toString(), Long.MAX_VALUE, entry -> {
            if (entry.position() > from) {
                take(view, entry);
            }
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
        List<byte[]> records =
                batch.getRecordsList().stream().map(ByteString::toByteArray).toList();
        requireSigned(session.peer(), batch, records);
        if (Long.compareUnsigned(batch.getFirstSequence(), next) > 0) {
            throw new MalformedRecord("facts are missing: wanted sequence " + next + ", got "
                    + Long.toUnsignedString(batch.getFirstSequence()));
        }
        int known = (int) Math.min(next - batch.getFirstSequence(), records.size());
        requireSame(view.stream(), batch.getFirstSequence(), records.subList(0, known));
        List<Arrived> fresh = arrived(next, records.subList(known, records.size()));
        if (fresh.isEmpty()) {
            return next;
        }
        if (next == 0) {
            requireBeginning(session.peer(), fresh.getFirst().fact().map(RecordedFact::fact));
        }
        List<StoredFact> facts = facts(session.peer(), batch, fresh);
        epochs.whileNewest(session, () -> store.append(view.stream(), next, facts));
        fresh.forEach(each -> each.fact().ifPresent(view::evolve));
        return next + fresh.size();
    }

    private static void requireSigned(Peer peer, FactBatch batch, List<byte[]> records) {
        byte[] signed = Signing.batch(peer.stream(), batch.getFirstSequence(), records);
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

    /** @param fact empty if it cannot be read: then it is none that this version knows, and the beginning is one */
    private static void requireBeginning(Peer peer, Optional<Fact> fact) {
        boolean fits = fact.isPresent()
                && fact.get() instanceof EpochBegan began
                && began.instance().equals(peer.instance())
                && (peer.remainder() || began.machineId().equals(peer.machineId()));
        if (!fits) {
            throw new MalformedRecord("the first fact of " + peer.stream()
                    + " is not the beginning of its epoch by the instance and on the machine that Hello named");
        }
    }

    private static List<StoredFact> facts(Peer peer, FactBatch batch, List<Arrived> fresh) {
        BatchSignature signature = new BatchSignature(
                batch.getFirstSequence(),
                peer.key().fingerprint().value(),
                batch.getSignature().toByteArray());
        List<StoredFact> facts = new ArrayList<>(fresh.size());
        for (Arrived each : fresh) {
            boolean last = facts.size() == fresh.size() - 1;
            facts.add(new StoredFact(each.type(), each.bytes(), last ? Optional.of(signature) : Optional.empty()));
        }
        return facts;
    }

    private void requireSame(StreamId stream, long first, List<byte[]> again) {
        if (again.isEmpty()) {
            return;
        }
        List<StoredRecord> stored = log.records(stream.toString(), first, first + again.size());
        for (int i = 0; i < again.size(); i++) {
            if (!same(stored.get(i), again.get(i))) {
                throw contradiction(stream, first + i);
            }
        }
    }

    private static boolean same(StoredRecord stored, byte[] again) {
        return stored.removed()
                ? new TreeHasher().leaf(stored.withPayload(again).encoded()).equals(Hash.of(stored.leafHash()))
                : Arrays.equals(again, stored.payload());
    }

    private static SentAway contradiction(StreamId stream, long sequence) {
        return new SentAway(
                Status.Code.INVALID_ARGUMENT,
                AlarmKind.CONTRADICTION,
                stream.toString(),
                "fact " + sequence + " of " + stream + " is stored with another content; the store keeps what it has."
                        + " Two agents write one epoch, or a state directory was copied or put back");
    }

    private static List<Arrived> arrived(long first, List<byte[]> records) {
        List<Arrived> arrived = new ArrayList<>(records.size());
        for (byte[] bytes : records) {
            arrived.add(arrived(first + arrived.size(), bytes));
        }
        return arrived;
    }

    private static Arrived arrived(long sequence, byte[] bytes) {
        if (bytes.length > StoredRecord.MOST_PAYLOAD_BYTES) {
            throw new MalformedRecord("fact " + sequence + " is " + bytes.length + " bytes long; a record has at most "
                    + StoredRecord.MOST_PAYLOAD_BYTES);
        }
        if (bytes.length == 0) {
            throw new MalformedRecord("fact " + sequence + " has no bytes; only a record that was removed has none");
        }
        RecordedFact fact;
        try {
            fact = FactCodec.decode(bytes);
        } catch (MalformedRecord unknown) {
            return new Arrived(bytes, Optional.empty());
        }
        if (fact.stamp().sequence() != sequence) {
            throw new MalformedRecord(
                    "a fact out of place: its record says " + fact.stamp().sequence() + ", its place " + sequence);
        }
        return new Arrived(bytes, Optional.of(fact));
    }

    private static void take(HostView view, EventLog.Entry entry) {
        try {
            view.evolve(FactCodec.decode(entry.type(), entry.payload()));
        } catch (PayloadRemoved removed) {
            view.removed();
        } catch (MalformedRecord unknown) {
            // stored, and without meaning to this version
        }
    }
}
