package io.iommuledger.query.alarm;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET alarms}, newest first: read from the log itself, which no projection has to have reached. */
@RestController
class AlarmListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final EventLog log;
    private final JdbcClient jdbc;

    /**
     * Part of the alarms.
     *
     * @param position up to which the log was looked through
     */
    record Alarms(
            long position,
            List<String> taintedHosts,
            boolean truncated,
            Optional<String> next,
            List<AlarmAnswer> alarms) {}

    private record Seen(long times, String last) {}

    private record Of(HostId host, Alarm alarm) {
        String id() {
            return AlarmListController.id(host.value(), alarm.number());
        }
    }

    AlarmListController(Snapshots snapshots, Bases bases, EventLog log, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.log = log;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/alarms")
    Alarms list(
            @RequestParam Optional<String> host,
            @RequestParam(defaultValue = "open") String state,
            @RequestParam Optional<String> at,
            @RequestParam Optional<String> wait,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        at.ifPresent(AlarmListController::refuse);
        Optional<HostId> wanted = host.map(Parameters::host);
        boolean all = Parameters.choice("state", state, "open", "all").equals("all");
        Page page = Page.parse(new When(Optional.empty(), Optional.empty(), wait), limit, cursor);
        return snapshots.ofLog(wait, head -> {
            long position = page.when()
                    .at()
                    .map(text -> Parameters.natural("cursor", text))
                    .orElse(head);
            Map<String, Seen> seen = seen();
            Listing<Of> found = page.list(alarms(position, wanted, all), position, Of::id);
            return new Alarms(
                    position,
                    bases.taintedHosts(wanted),
                    found.truncated(),
                    found.next(),
                    found.elements().stream().map(of -> answer(of, seen)).toList());
        });
    }

    /** How often an alarm was seen is counted, not recorded, so no answer about the past would stay the same. */
    private static void refuse(String at) {
        throw Problem.badField(
                "at", at, "nothing: alarms are as they stand now; GET /api/v1/events has when each came and went");
    }

    private List<Of> alarms(long position, Optional<HostId> wanted, boolean all) {
        return enrolments(position).values().stream()
                .filter(of -> wanted.map(of.host()::equals).orElse(true))
                .flatMap(of -> of.alarms().stream().map(alarm -> new Of(of.host(), alarm)))
                .filter(of -> all || of.alarm().open())
                .sorted(Comparator.comparingLong((Of of) -> of.alarm().sinceNanos())
                        .reversed())
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

    private static AlarmAnswer answer(Of of, Map<String, Seen> seen) {
        HostId host = of.host();
        Alarm alarm = of.alarm();
        String id = of.id();
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
                        .map(end ->
                                new AlarmAnswer.EndAnswer(Times.rfc3339(end.atNanos()), end.principal(), end.why())));
    }

    private static String id(String host, long number) {
        return host + ".a" + number;
    }
}
