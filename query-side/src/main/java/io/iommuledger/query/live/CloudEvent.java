package io.iommuledger.query.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.query.audit.EventAnswer;
import io.iommuledger.query.mapping.ZombieChange;
import io.iommuledger.web.Times;
import java.util.Map;
import java.util.Optional;

/**
 * A CloudEvent 1.0 in its structured JSON form.
 *
 * @param id       the same whenever it is told, and of no other event
 * @param source   the host, and the device that it is about if it is about one
 * @param type     as the event is stored, or {@code zombie.…}
 * @param time     effective time; of what is no fact of a host, when it was stored
 * @param sequence its position, in as many digits as any can have: texts compare as the numbers do
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CloudEvent(
        String specversion,
        String id,
        String source,
        String type,
        Optional<String> subject,
        String time,
        String datacontenttype,
        String sequence,
        Object data) {

    private static final String BEFORE_HORIZON = "zombies.before-horizon";
    private static final String DEVICE = "device";

    /**
     * A record of the log.
     *
     * @param answer what the record says
     * @param nanos  effective time, or when it was stored if it is no fact of a host
     */
    public static CloudEvent of(EventLog.Entry entry, EventAnswer answer, long nanos) {
        return of(
                entry.stream() + "/" + entry.sequence(),
                source(entry.stream(), answer),
                entry.type(),
                Optional.empty(),
                nanos,
                entry.position(),
                answer);
    }

    /** What changes about a zombie at a position. */
    public static CloudEvent of(long position, String host, ZombieChange change) {
        return of(
                position + "/" + change.mapping() + "/" + change.type(),
                source(host, change.exporter()),
                change.type(),
                Optional.of(change.mapping()),
                change.nanos(),
                position,
                change.answer());
    }

    /** That what changed up to the horizon is not known, to who begins before it. */
    public static CloudEvent of(Horizon horizon) {
        return of(
                horizon.position() + "/" + BEFORE_HORIZON,
                "/retention",
                BEFORE_HORIZON,
                Optional.empty(),
                horizon.sinceNanos(),
                horizon.position(),
                Map.of("horizon", horizon.position(), "rule", horizon.rule()));
    }

    private static CloudEvent of(
            String id, String source, String type, Optional<String> subject, long nanos, long position, Object data) {
        return new CloudEvent(
                "1.0",
                id,
                source,
                type,
                subject,
                Times.rfc3339(nanos),
                "application/json",
                "%019d".formatted(position),
                data);
    }

    private static String source(String stream, EventAnswer answer) {
        String name = stream.substring(stream.indexOf('/') + 1);
        if (StreamId.isStream(stream)) {
            return source(
                    StreamId.parse(stream).host().value(),
                    answer.fact().map(fact -> fact.get(DEVICE)).map(Object::toString));
        }
        if (stream.equals(Retention.STREAM)) {
            return "/retention";
        }
        if (Erasure.isStream(stream)) {
            return "/erasures/" + name;
        }
        if (AccessEvent.isStream(stream)) {
            return "/query-sides/" + name;
        }
        return Enrolment.isStream(stream) ? source(name, Optional.empty()) : "/operations/" + name;
    }

    /** @param device that it is about */
    private static String source(String host, Optional<String> device) {
        return "/hosts/" + host + device.map(address -> "/pci/" + address).orElse("");
    }
}
