package io.iommuledger.query.audit;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.protocol.EventCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.OperationCodec;
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
 * @param undecodable there, and true, if a newer version wrote it, or what is kept of it
 * @param bytes       its size, if it is not understood
 * @param removed     that its payload was removed: under which rule of retention, and at which position that is recorded
 * @param kept        who asked whom for what, of a request whose payload was removed
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
        Optional<EventLog.Removed> removed,
        Optional<Map<String, Object>> kept) {

    public static EventAnswer of(EventLog.Entry entry, boolean signed) {
        try {
            if (entry.removed().isPresent()) {
                return removed(entry, signed);
            }
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
            return withoutFact(
                    entry,
                    signed,
                    Optional.empty(),
                    Optional.of(true),
                    Optional.of(entry.told().length),
                    Optional.empty());
        }
    }

    private static EventAnswer removed(EventLog.Entry entry, boolean signed) {
        Optional<OperationEvent> kept =
                entry.kept().length == 0 ? Optional.empty() : Optional.of(OperationCodec.decode(entry.kept()));
        return withoutFact(
                entry,
                signed,
                kept.map(OperationEvent::operation),
                Optional.empty(),
                Optional.empty(),
                kept.filter(KeptRequest.class::isInstance).map(one -> Rendering.of((Record) one)));
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
                Optional.empty(),
                Optional.empty());
    }

    private static EventAnswer withoutFact(
            EventLog.Entry entry,
            boolean signed,
            Optional<UUID> operation,
            Optional<Boolean> undecodable,
            Optional<Integer> bytes,
            Optional<Map<String, Object>> kept) {
        return new EventAnswer(
                entry.position(),
                entry.stream(),
                entry.sequence(),
                entry.type(),
                Times.rfc3339(entry.storedAtNanos()),
                signed,
                Optional.empty(),
                operation,
                Optional.empty(),
                undecodable,
                bytes,
                entry.removed(),
                kept);
    }
}
