package io.iommuledger.query.audit;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.protocol.EventCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.web.Times;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An entry of the log.
 *
 * @param storedAt    when it was stored, by the store's clock
 * @param signed      whether its agent signed the batch that it came in
 * @param wall        the host's clock as its agent read it; only facts of hosts have one
 * @param operation   that it belongs to
 * @param fact        what it says
 * @param undecodable there, and true, if a newer version wrote it
 * @param bytes       its size, if it is not understood
 * @param removed     that its payload was removed: under which rule of retention, and at which position that is recorded
 */
public record EventAnswer(
        long position,
        String stream,
        long sequence,
        String type,
        String storedAt,
        boolean signed,
        Optional<String> wall,
        Optional<UUID> operation,
        Optional<Map<String, Object>> fact,
        Optional<Boolean> undecodable,
        Optional<Integer> bytes,
        Optional<EventLog.Removed> removed) {

    public static EventAnswer of(EventLog.Entry entry, boolean signed) {
        if (entry.removed().isPresent()) {
            return withoutFact(entry, signed, Optional.empty(), Optional.empty());
        }
        try {
            return switch (EventCodec.decode(entry.type(), entry.payload())) {
                case RecordedFact recorded ->
                    of(
                            entry,
                            signed,
                            Optional.of(Times.rfc3339(recorded.stamp().wallNanos())),
                            recorded.stamp().operation(),
                            (Record) recorded.fact());
                case OperationEvent event ->
                    of(entry, signed, Optional.empty(), Optional.of(event.operation()), (Record) event);
                case Record event -> of(entry, signed, Optional.empty(), Optional.empty(), event);
            };
        } catch (MalformedRecord unknown) {
            return withoutFact(entry, signed, Optional.of(true), Optional.of(entry.payload().length));
        }
    }

    private static EventAnswer of(
            EventLog.Entry entry, boolean signed, Optional<String> wall, Optional<UUID> operation, Record content) {
        return new EventAnswer(
                entry.position(),
                entry.stream(),
                entry.sequence(),
                entry.type(),
                Times.rfc3339(entry.storedAtNanos()),
                signed,
                wall,
                operation,
                Optional.of(Rendering.of(content)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static EventAnswer withoutFact(
            EventLog.Entry entry, boolean signed, Optional<Boolean> undecodable, Optional<Integer> bytes) {
        return new EventAnswer(
                entry.position(),
                entry.stream(),
                entry.sequence(),
                entry.type(),
                Times.rfc3339(entry.storedAtNanos()),
                signed,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                undecodable,
                bytes,
                entry.removed());
    }
}
