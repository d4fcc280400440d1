package io.iommuledger.query.export;

import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.query.audit.EventAnswer;
import io.iommuledger.query.live.CloudEvent;
import io.iommuledger.query.live.EventReader;
import io.iommuledger.query.mapping.ZombieChange;
import io.iommuledger.web.Times;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One line of an export, before it has a form: a record of the log, or what changes about a zombie by one.
 *
 * @param event     the same as a CloudEvent: its id, type and time are those of every form
 * @param position  of the record
 * @param nanos     effective time, or when it was stored if it is no fact of a host
 * @param stored    absent of a zombie, which follows from records and is none
 * @param device    that it is about, by its address
 * @param principal id of who asked, decided, or asked for the mapping
 * @param operation that it belongs to
 * @param content   {@code fact}: what the record says, as every answer shows it; or {@code mapping}, of a zombie
 */
record Exported(
        CloudEvent event,
        long position,
        long nanos,
        Optional<Stored> stored,
        Optional<String> host,
        Optional<String> device,
        Optional<String> principal,
        Optional<String> operation,
        Kind kind,
        Map<String, Object> content) {

    /**
     * Where and when it was stored.
     *
     * @param nanos  by the store's clock
     * @param signed whether its agent signed the batch that it came in
     */
    record Stored(String stream, long sequence, long nanos, boolean signed) {}

    static Exported of(EventReader.Timed timed) {
        var entry = timed.entry();
        EventAnswer answer = EventAnswer.of(entry, timed.signed());
        Map<String, Object> content = new LinkedHashMap<>();
        answer.fact().ifPresent(fact -> content.put("fact", fact));
        answer.undecodable().ifPresent(is -> content.put("undecodable", is));
        answer.bytes().ifPresent(bytes -> content.put("bytes", bytes));
        answer.removed()
                .ifPresent(removed -> content.put("removed", Map.of("rule", removed.rule(), "at", removed.at())));
        answer.kept().ifPresent(kept -> content.put("kept", kept));
        return new Exported(
                CloudEvent.of(entry, answer, timed.nanos()),
                entry.position(),
                timed.nanos(),
                Optional.of(new Stored(entry.stream(), entry.sequence(), entry.storedAtNanos(), timed.signed())),
                host(answer),
                said(answer, "device"),
                said(answer, "principal"),
                answer.operation().map(Object::toString),
                Kinds.of(entry),
                content);
    }

    static Exported of(long position, String host, ZombieChange change) {
        return new Exported(
                CloudEvent.of(position, host, change),
                position,
                change.nanos(),
                Optional.empty(),
                Optional.of(host),
                change.exporter(),
                change.principal(),
                Optional.empty(),
                Kinds.of(change),
                Map.of("mapping", change.answer()));
    }

    String time() {
        return Times.rfc3339(nanos);
    }

    /** In words: {@code mapping map requested}. */
    String title() {
        return event.type().replace('.', ' ').replace('-', ' ');
    }

    private static Optional<String> host(EventAnswer answer) {
        if (StreamId.isStream(answer.stream())) {
            return Optional.of(StreamId.parse(answer.stream()).host().value());
        }
        if (Enrolment.isStream(answer.stream())) {
            return said(answer, "host");
        }
        return said(answer, "target")
                .filter(StreamId::isStream)
                .map(target -> StreamId.parse(target).host().value());
    }

    private static Optional<String> said(EventAnswer answer, String member) {
        return answer.fact().or(answer::kept).map(fact -> fact.get(member)).map(Object::toString);
    }
}
