package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.enrolment.AlarmAcknowledged;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.AlarmRaised;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.host.HostId;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Alarms, and up to where a host is heard of. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class AlarmsTest {
    private static final long SECOND = 1_000_000_000L;

    private final Rest rest;
    private final Log log;
    private final EventStore store;
    private final JdbcClient jdbc;

    AlarmsTest(@Autowired Log log, @Autowired EventStore store, @Autowired JdbcClient jdbc, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.store = store;
        this.jdbc = jdbc;
    }

    private void append(HostId host, EnrolmentEvent... events) {
        for (int sequence = 0; sequence < events.length; sequence++) {
            store.publish(
                    new GenericDomainEventMessage<>("Enrolment", Enrolment.streamOf(host), sequence, events[sequence]));
        }
    }

    @Test
    void openAlarmsAreListedNewestFirstWithWhatToDoAndHowOftenTheyWereSeen() {
        HostId host = new HostId("alarmed");
        append(
                host,
                new AlarmRaised(host, SECOND, 1, AlarmKind.OTHER_MACHINE, "m2", "text 1"),
                new AlarmRaised(host, 2 * SECOND, 2, AlarmKind.CONTRADICTION, "host/alarmed/1", "text 2"),
                new AlarmRaised(host, 3 * SECOND, 3, AlarmKind.COPIED_AGENT, "host/alarmed/1", "text 3"),
                new AlarmAcknowledged(host, 4 * SECOND, "somebody", 2));
        jdbc.sql("INSERT INTO alarm_seen VALUES ('alarmed', 1, 7, '2026-01-01T00:00:00Z')")
                .update();
        JsonNode open = rest.ok("alarms?host=alarmed").path("alarms");
        assertThat(ids(open)).containsExactly("alarmed.a3", "alarmed.a1");
        JsonNode moved = open.path(1);
        assertThat(moved.path("times").asInt()).isEqualTo(7);
        assertThat(moved.path("since").asString()).startsWith("1970-01-01T00:00:01");
        assertThat(moved.path("lastSeen").asString()).startsWith("2026-01-01T00:00:00");
        assertThat(moved.path("whatToDo").asString()).contains("hosts/alarmed/moves", "m2");
        JsonNode all = rest.ok("alarms?host=alarmed&state=all").path("alarms");
        assertThat(ids(all)).containsExactly("alarmed.a3", "alarmed.a2", "alarmed.a1");
        assertThat(all.path(1).path("ended").path("by").asString()).isEqualTo("somebody");
        assertThat(ids(rest.ok("alarms?host=another").path("alarms"))).isEmpty();
        assertThat(ids(rest.ok("alarms").path("alarms"))).contains("alarmed.a1");
    }

    @Test
    void alarmsComeInPagesThatTellOfTheSamePlaceInTheLog() {
        HostId host = new HostId("ringing");
        AlarmRaised[] raised = new AlarmRaised[5];
        for (int number = 1; number <= raised.length; number++) {
            raised[number - 1] = new AlarmRaised(host, SECOND, number, AlarmKind.OTHER_MACHINE, "m" + number, "text");
        }
        append(host, raised);
        log.agent("ringing", 1).append(Facts.epochBegan(Facts.BOOT));
        rest.await(log.agent("ringing-too", 1).append(Facts.epochBegan(Facts.BOOT)));
        List<String> seen = new ArrayList<>();
        JsonNode page = rest.ok("alarms?host=ringing&limit=2");
        long position = page.path("position").longValue();
        store.publish(new GenericDomainEventMessage<>(
                "Enrolment",
                Enrolment.streamOf(host),
                raised.length,
                new AlarmAcknowledged(host, 4 * SECOND, "somebody", 5)));
        while (page.path("truncated").booleanValue()) {
            seen.addAll(ids(page.path("alarms")));
            page = rest.ok(
                    "alarms?host=ringing&limit=2&cursor=" + page.path("next").asString());
            assertThat(page.path("position").longValue()).isEqualTo(position);
        }
        seen.addAll(ids(page.path("alarms")));
        assertThat(seen).containsExactly("ringing.a1", "ringing.a2", "ringing.a3", "ringing.a4", "ringing.a5");
        assertThat(page.has("taintedHosts")).isTrue();
        assertThat(rest.get("alarms?limit=0").status()).isEqualTo(400);
        assertThat(rest.get("alarms?cursor="
                                + rest.ok("hosts?limit=1").path("next").asString())
                        .status())
                .isEqualTo(400);
        assertThat(rest.get("alarms?at=5").body().path("detail").asString()).contains("as they stand now");
    }

    @Test
    void theEventsOfEnrolmentStandAmongThoseOfTheirHost() {
        HostId host = new HostId("enrolled");
        Log.Agent agent = log.agent("enrolled", 1);
        Facts.prepare(agent, Facts.BOOT);
        append(host, new AlarmRaised(host, SECOND, 1, AlarmKind.OTHER_MACHINE, "m2", "text"));
        HostId silent = new HostId("enrolled-only");
        append(silent, new AlarmRaised(silent, SECOND, 1, AlarmKind.OTHER_MACHINE, "m2", "text"));
        assertThat(rest.ok("events?host=enrolled-only").path("events")).hasSize(1);
        JsonNode events =
                rest.ok("events?host=enrolled&type=enrolment.alarm-raised").path("events");
        assertThat(events).hasSize(1);
        assertThat(events.path(0).path("fact").path("kind").asString()).isEqualTo("OTHER_MACHINE");
        assertThat(events.path(0).path("fact").path("host").asString()).isEqualTo("enrolled");
    }

    @Test
    void upToWhereAHostIsHeardOfIsToldOnceItIsKnown() {
        Log.Agent agent = log.agent("listened", 1);
        Facts.prepare(agent, Facts.BOOT);
        long end = agent.append(new ContextOpenRequested(9));
        assertThat(host("listened", end).has("heardUpTo")).isFalse();
        jdbc.sql("INSERT INTO host_heard VALUES ('listened', 1, 4, 1767225600000000005, '2026-01-01T00:00:01Z')")
                .update();
        JsonNode heard = host("listened", end).path("heardUpTo");
        assertThat(heard.path("wall").asString()).isEqualTo("2026-01-01T00:00:00.000000005Z");
        assertThat(heard.path("nextSequence").asLong()).isEqualTo(4);
        assertThat(heard.path("at").asString()).startsWith("2026-01-01T00:00:01");
    }

    @Test
    void aPageThatIsAboutAFixedPlaceSaysNothingOfTheMoment() {
        log.agent("moment-a", 1).append(Facts.epochBegan(Facts.BOOT));
        rest.await(log.agent("moment-b", 1).append(Facts.epochBegan(Facts.BOOT)));
        jdbc.sql("INSERT INTO host_heard VALUES ('moment-b', 1, 1, 1767225600000000005, '2026-01-01T00:00:01Z')")
                .update();
        String first = rest.ok("hosts?limit=1").path("next").asString();
        String second = "hosts?limit=10000&cursor=" + first;
        assertThat(rest.text(second)).contains("moment-b").doesNotContain("heardUpTo");
        assertThat(rest.text(Rest.pinned(rest.ok(second)))).isEqualTo(rest.text(second));
    }

    private JsonNode host(String id, long position) {
        return rest.ok("hosts?wait=" + position)
                .path("hosts")
                .valueStream()
                .filter(host -> host.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(JsonNode alarms) {
        return alarms.valueStream().map(alarm -> alarm.path("id").asString()).toList();
    }
}
