package io.iommuledger.query;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.StoredFact;
import io.iommuledger.db.append.BatchSignature;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.Signing;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;

/** Appends to the log as the command side does. */
public final class Log {
    /** 2026-01-01T00:00:00Z; each fact of a stream is a millisecond later. */
    private static final long START_NANOS = 1_767_225_600_000_000_000L;

    private static final long STEP_NANOS = 1_000_000L;

    private final EventStore store;
    private final EventLog log;

    Log(EventStore store, EventLog log) {
        this.store = store;
        this.log = log;
    }

    /** One epoch of a host's agent, which numbers its facts. */
    public final class Agent {
        private final StreamId stream;
        private final Optional<KeyPair> key;
        private long next;

        Agent(StreamId stream, Optional<KeyPair> key) {
            this.stream = stream;
            this.key = key;
        }

        /** Sequence of the fact that is appended next. */
        public long next() {
            return next;
        }

        /** Position of the last one. */
        public long append(Fact... facts) {
            return append(Optional.empty(), facts);
        }

        public long append(Optional<UUID> operation, Fact... facts) {
            List<EventMessage<?>> messages = new ArrayList<>();
            List<byte[]> payloads = new ArrayList<>();
            long first = next;
            for (Fact fact : facts) {
                long nanos = START_NANOS + stream.epoch() * 3_600_000_000_000L + next * STEP_NANOS;
                RecordedFact recorded = new RecordedFact(new Stamp(next, nanos, nanos, operation), fact);
                payloads.add(FactCodec.encode(recorded));
                Optional<BatchSignature> signature =
                        messages.size() == facts.length - 1 ? signature(first, payloads) : Optional.empty();
                messages.add(message(new StoredFact(EventTypes.of(fact), payloads.getLast(), signature)));
                next++;
            }
            return publish(messages);
        }

        private Optional<BatchSignature> signature(long first, List<byte[]> payloads) {
            return key.map(pair -> new BatchSignature(
                    first,
                    Signing.key(pair.getPublic().getEncoded()).fingerprint().value(),
                    Signing.sign(pair.getPrivate(), Signing.batch(stream, first, payloads))));
        }

        /** A fact with a stamp of its own, which may leave sequences out. */
        public long append(RecordedFact recorded) {
            next = recorded.stamp().sequence();
            EventMessage<?> message =
                    message(new StoredFact(EventTypes.of(recorded.fact()), FactCodec.encode(recorded)));
            next++;
            return publish(List.of(message));
        }

        public StreamId stream() {
            return stream;
        }

        /** A fact that this version does not know. */
        public long appendUnknown() {
            EventMessage<?> message = message(new StoredFact(EventTypes.UNKNOWN_FACT, new byte[] {8, (byte) next}));
            next++;
            return publish(List.of(message));
        }

        /** Appends under the number of the last fact, which the store refuses. */
        public long appendAgain() {
            next--;
            return appendUnknown();
        }

        private EventMessage<?> message(StoredFact fact) {
            return new GenericDomainEventMessage<>("Host", stream.toString(), next, fact);
        }
    }

    public Agent agent(String host, long epoch) {
        return new Agent(new StreamId(new HostId(host), epoch), Optional.empty());
    }

    /** One that signs what it appends at once as a batch. */
    public Agent agent(String host, long epoch, KeyPair key) {
        return new Agent(new StreamId(new HostId(host), epoch), Optional.of(key));
    }

    /** The first events of an operation; position of the last one. */
    public long append(OperationEvent... events) {
        List<EventMessage<?>> messages = new ArrayList<>();
        for (OperationEvent event : events) {
            messages.add(new GenericDomainEventMessage<>(
                    "Operation", "operation/" + event.operation(), messages.size(), event));
        }
        return publish(messages);
    }

    private long publish(List<EventMessage<?>> messages) {
        store.publish(messages);
        return log.head();
    }
}
