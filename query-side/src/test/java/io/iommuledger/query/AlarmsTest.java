package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.enrolment.AlarmAcknowledged;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.AlarmRaised;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
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
    private static final KernelEvidence EFAULT = new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EFAULT);

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
    void aMappingThatTheKernelRefusesToRestoreIsAnAlarmUntilItIsRestoredOrUnmapped() {
        Log.Agent agent = log.agent("lost", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapBar(agent, 1, IovaRange.ofSize(0x10_0000, 0x1000));
        Facts.mapBar(agent, 2, IovaRange.ofSize(0x20_0000, 0x2000));
        rest.await(agent.append(
                new AccessChangeRequested(2, Optional.of(DmaAccess.READ)),
                new AccessChanged(agent.next(), 2, 0x2000, 0, Optional.of(EFAULT))));
        long refused = agent.append(new RestoreRequested(2), new Refused(agent.next(), EFAULT));

        JsonNode answer = rest.ok("alarms?host=lost&wait=" + refused);
        assertThat(answer.path("mappingsPosition").longValue()).isGreaterThanOrEqualTo(refused);
        assertThat(answer.path("alarms")).hasSize(1);
        JsonNode alarm = answer.path("alarms").path(0);
        assertThat(alarm.path("id").asString()).isEqualTo("lost.1-2");
        assertThat(alarm.path("subject").asString()).isEqualTo("lost.1-2");
        assertThat(alarm.path("kind").asString()).isEqualTo("RESTORE_REFUSED");
        assertThat(alarm.path("open").booleanValue()).isTrue();
        assertThat(alarm.path("times").intValue()).isEqualTo(2);
        assertThat(alarm.path("since").asString())
                .isLessThan(alarm.path("lastSeen").asString());
        assertThat(alarm.path("text").asString())
                .contains(
                        "lost.1-2",
                        "BAR 2 of 0000:3b:00.0",
                        "VFIO_IOMMU_MAP_DMA: EFAULT",
                        "Likely cause: ",
                        "the memory decoding of 0000:3b:00.0 was off");
        assertThat(alarm.path("whatToDo").asString())
                .as("what no request can change is not advised")
                .doesNotContain("backing")
                .contains(
                        "POST /api/v1/mappings/lost.1-2/restore",
                        "DELETE /api/v1/hosts/lost/contexts/1-1/mappings?iova=0x0000000000200000&size=0x2000");
        assertThat(ids(rest.ok("alarms").path("alarms"))).contains("lost.1-2");

        long restored = agent.append(new RestoreRequested(2), new Mapped(agent.next(), 2));
        assertThat(rest.ok("alarms?host=lost&wait=" + restored).path("alarms")).isEmpty();
        JsonNode ended = rest.ok("alarms?host=lost&state=all").path("alarms").path(0);
        assertThat(ended.path("open").booleanValue()).isFalse();
        assertThat(ended.has("whatToDo")).isFalse();
        assertThat(ended.path("ended").path("why").asString()).isEqualTo("the mapping is ACTIVE: RESTORED");
        assertThat(ended.path("ended").has("by")).isFalse();

        UUID operation = new UUID(59, 1);
        log.append(new OperationRequested(operation, agent.stream(), "owner", new Instruction.OpenContext(), 1));
        agent.append(
                new AccessChangeRequested(2, Optional.of(DmaAccess.READ)),
                new AccessChanged(agent.next(), 2, 0x2000, 0, Optional.of(EFAULT)));
        long unmapped = agent.append(
                Optional.of(operation),
                new UnmapRequested(1, IovaRange.ofSize(0x20_0000, 0x2000), UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IovaRange.ofSize(0x20_0000, 0x2000), 0));
        assertThat(rest.ok("alarms?host=lost&wait=" + unmapped).path("alarms")).isEmpty();
        JsonNode gone = rest.ok("alarms?host=lost&state=all").path("alarms");
        assertThat(ids(gone)).as("one of each mapping, the last").containsExactly("lost.1-2");
        assertThat(gone.path(0).path("times").intValue()).isEqualTo(1);
        assertThat(gone.path(0).path("ended").path("why").asString()).isEqualTo("the mapping is UNMAPPED: UNMAPPED");
        assertThat(gone.path(0).path("ended").path("by").asString()).isEqualTo("owner");
    }

    @Test
    void whatToDoAboutALostMappingIsWhatCanBeAskedForAsItsHostStands() {
        Log.Agent agent = log.agent("remedied", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapBar(agent, 1, IovaRange.ofSize(0x10_0000, 0x1000));
        agent.append(
                new MapRequested(
                        2,
                        1,
                        IovaRange.ofSize(0x20_0000, 0x1000),
                        DmaAccess.READ_WRITE,
                        new Backing.FileRange("/sys/resource0", 0, 0x7f00_0000_0000L, true)),
                new Mapped(agent.next(), 2));
        for (int number = 1; number <= 2; number++) {
            agent.append(
                    new AccessChangeRequested(number, Optional.of(DmaAccess.READ)),
                    new AccessChanged(agent.next(), number, 0x1000, 0, Optional.of(EFAULT)));
        }
        assertThat(whatToDo("remedied.1-1", agent, MemoryDecoding.OFF))
                .startsWith("switch the memory decoding of 0000:3b:00.0 on, PUT /api/v1/hosts/remedied/devices/"
                        + "0000:3b:00.0/memory {\"enabled\":true}, then POST /api/v1/mappings/remedied.1-1/restore");
        assertThat(whatToDo("remedied.1-1", agent, MemoryDecoding.ON))
                .as("nothing is in its way any more")
                .startsWith("POST /api/v1/mappings/remedied.1-1/restore; or unmap it: DELETE ");
        assertThat(whatToDo("remedied.1-2", agent, MemoryDecoding.ON))
                .startsWith("see to it that the device behind the file answers, then POST");
        agent.append(new PoliciesChanged(Policies.DEFAULT));
        assertThat(whatToDo("remedied.1-2", agent, MemoryDecoding.ON))
                .startsWith(
                        "policy mmio=strict refuses to install device memory through a file again; unmap it: DELETE "
                                + "/api/v1/hosts/remedied/contexts/1-1/mappings?iova=0x0000000000200000&size=0x1000")
                .doesNotContain("restore");
    }

    private String whatToDo(String mapping, Log.Agent agent, MemoryDecoding exporter) {
        long position = agent.append(
                new MemoryDecodingRequested(9, Facts.EXPORTER, exporter),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, exporter));
        return rest.ok("alarms?host=remedied&wait=" + position)
                .path("alarms")
                .valueStream()
                .filter(alarm -> alarm.path("id").asString().equals(mapping))
                .findFirst()
                .orElseThrow()
                .path("whatToDo")
                .asString();
    }

    @Test
    void alarmsOfBothKindsComeInPagesThatStandStill() {
        HostId host = new HostId("both");
        Log.Agent agent = log.agent("both", 1);
        Facts.prepare(agent, Facts.BOOT);
        for (int number = 1; number <= 4; number++) {
            Facts.mapBar(agent, number, IovaRange.ofSize((long) number << 20, 0x1000));
            agent.append(
                    new AccessChangeRequested(number, Optional.of(DmaAccess.READ)),
                    new AccessChanged(agent.next(), number, 0x1000, 0, Optional.of(EFAULT)));
        }
        append(host, new AlarmRaised(host, SECOND, 1, AlarmKind.OTHER_MACHINE, "m2", "text"));
        rest.await(agent.append(Facts.discovered(Facts.EXPORTER, Facts.EXPORTER_GROUP)));
        JsonNode first = rest.ok("alarms?host=both&limit=2");
        assertThat(ids(first.path("alarms"))).containsExactly("both.1-4", "both.1-3");
        for (long number : List.of(3L, 2L)) {
            rest.await(agent.append(new RestoreRequested(number), new Mapped(agent.next(), number)));
        }
        JsonNode second =
                rest.ok("alarms?host=both&limit=2&cursor=" + first.path("next").asString());
        assertThat(ids(second.path("alarms"))).containsExactly("both.1-2", "both.1-1");
        JsonNode third =
                rest.ok("alarms?host=both&limit=2&cursor=" + second.path("next").asString());
        assertThat(ids(third.path("alarms"))).containsExactly("both.a1");
        assertThat(third.path("truncated").booleanValue()).isFalse();
        assertThat(third.path("position").longValue())
                .isEqualTo(first.path("position").longValue());
        assertThat(ids(rest.ok("alarms?host=both").path("alarms"))).containsExactly("both.1-4", "both.1-1", "both.a1");
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
