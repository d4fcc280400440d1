package io.iommuledger.query.alarm;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.web.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Alarms about who speaks for a host, from the log itself, which no projection has to have reached. */
@Component
class EnrolmentAlarms {
    private final EventLog log;
    private final JdbcClient jdbc;

    private record Seen(long times, String last) {}

    EnrolmentAlarms(EventLog log, JdbcClient jdbc) {
        this.log = log;
        this.jdbc = jdbc;
    }

    /** @param all those too that somebody has dealt with */
    List<Since> upTo(long position, Optional<HostId> wanted, boolean all) {
        Map<String, Seen> seen = seen();
        return enrolments(position).values().stream()
                .filter(of -> wanted.map(of.host()::equals).orElse(true))
                .flatMap(of -> of.alarms().stream()
                        .filter(alarm -> all || alarm.open())
                        .map(alarm -> new Since(alarm.sinceNanos(), answer(of.host(), alarm, seen))))
                .toList();
    }

    private Map<HostId, Enrolment> enrolments(long upTo) {
        Map<HostId, Enrolment> hosts = new TreeMap<>();
        for (EventLog.Entry entry : log.enrolments()) {
            if (entry.position() > upTo) {
                continue;
            }
            try {
                EnrolmentEvent event = EnrolmentCodec.decode(entry.payload());
                hosts.computeIfAbsent(event.host(), Enrolment::new).evolve(event);
            } catch (MalformedRecord newer) {
                // Of a newer version, and without meaning to this one.
            }
        }
        return hosts;
    }

    private Map<String, Seen> seen() {
        Map<String, Seen> seen = new HashMap<>();
        jdbc.sql("SELECT host, number, times, (extract(epoch FROM last_seen_at) * 1000000)::bigint AS micros"
                        + " FROM alarm_seen")
                .query(row -> {
                    seen.put(
                            id(row.getString("host"), row.getLong("number")),
                            new Seen(row.getLong("times"), Times.rfc3339(row.getLong("micros") * 1_000)));
                });
        return seen;
    }

    private static AlarmAnswer answer(HostId host, Alarm alarm, Map<String, Seen> seen) {
        String id = id(host.value(), alarm.number());
        String since = Times.rfc3339(alarm.sinceNanos());
        Seen last = seen.getOrDefault(id, new Seen(1, since));
        return new AlarmAnswer(
                id,
                host.value(),
                alarm.kind().name(),
                alarm.open(),
                alarm.subject(),
                alarm.text(),
                alarm.open() ? Optional.of(alarm.kind().whatToDo(host, alarm.subject())) : Optional.empty(),
                since,
                last.last(),
                last.times(),
                alarm.end()
                        .map(end -> new AlarmAnswer.EndAnswer(
                                Times.rfc3339(end.atNanos()), Optional.of(end.principal()), end.why())));
    }

    private static String id(String host, long number) {
        return host + ".a" + number;
    }
}
