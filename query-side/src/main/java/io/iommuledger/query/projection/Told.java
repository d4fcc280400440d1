package io.iommuledger.query.projection;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.OperationCodec;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An event that the rows are made from, whoever has read it. */
sealed interface Told {

    long position();

    /** What is taken in its order or not at all. */
    String sequence();

    /** Whom it is about, as far as that is seen without looking into it. */
    Optional<HostId> host();

    /** A fact. */
    record OfHost(long position, StreamId stream, long storedNanos, StoredFact fact) implements Told {
        @Override
        public String sequence() {
            return sequenceOf(stream.host());
        }

        @Override
        public Optional<HostId> host() {
            return Optional.of(stream.host());
        }
    }

    /**
     * A request for an operation.
     *
     * @param requested decodes it, or what is kept of it
     */
    record Requested(long position, String stream, long storedNanos, Supplier<KeptRequest> requested) implements Told {
        @Override
        public String sequence() {
            return stream;
        }

        @Override
        public Optional<HostId> host() {
            return Optional.empty();
        }
    }

    /**
     * The end of an operation.
     *
     * @param ended decodes it
     */
    record Ended(long position, String stream, long storedNanos, Supplier<OperationEnded> ended) implements Told {
        @Override
        public String sequence() {
            return stream;
        }

        @Override
        public Optional<HostId> host() {
            return Optional.empty();
        }
    }

    static String sequenceOf(HostId host) {
        return "host/" + host.value();
    }

    private static KeptRequest requested(OperationEvent event) {
        return switch (event) {
            case KeptRequest kept -> kept;
            case OperationRequested whole -> KeptRequest.of(whole);
            case OperationPart part -> throw noRequest(part);
            case OperationEnded ended -> throw noRequest(ended);
        };
    }

    private static MalformedRecord noRequest(OperationEvent event) {
        return new MalformedRecord(
                "no request, but an event of operation " + event.operation() + " of type " + EventTypes.of(event));
    }

    /**
     * Empty if the rows have nothing to do with it. Of when it was stored they have the milliseconds: Axon tells no more, and
     * rows are the same whoever has read the log for them.
     */
    static Optional<Told> of(EventLog.Entry entry) {
        long storedNanos = TimeUnit.MILLISECONDS.toNanos(TimeUnit.NANOSECONDS.toMillis(entry.storedAtNanos()));
        if (StreamId.isStream(entry.stream())) {
            return Optional.of(new OfHost(
                    entry.position(),
                    StreamId.parse(entry.stream()),
                    storedNanos,
                    new StoredFact(entry.type(), entry.payload())));
        }
        return switch (entry.type()) {
            case EventTypes.OPERATION_REQUESTED ->
                Optional.of(new Requested(
                        entry.position(),
                        entry.stream(),
                        storedNanos,
                        () -> requested(OperationCodec.decode(entry.told()))));
            case EventTypes.OPERATION_ENDED ->
                Optional.of(new Ended(entry.position(), entry.stream(), storedNanos, () ->
                        (OperationEnded) OperationCodec.decode(entry.payload())));
            default -> Optional.empty();
        };
    }
}
