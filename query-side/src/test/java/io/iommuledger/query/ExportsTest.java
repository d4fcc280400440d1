package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET exports}: a part of the log for another system. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ExportsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final IovaRange IOVA = IovaRange.ofSize(0x1000, 0x1000);

    private final Rest rest;
    private final Log log;

    ExportsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    /** Where a story of a host begins and ends. */
    private record Told(long from, long to) {
        String query() {
            return "&from=" + from + "&to=" + to;
        }
    }

    /** A BAR is mapped and its memory switched off, which makes the mapping a zombie. */
    private Told story(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        long from = agent.append(Facts.discovered(Facts.SIBLING, 11));
        Facts.mapBar(agent, 1, IOVA);
        log.append(new OperationRequested(
                new UUID(7, host.hashCode()),
                StreamId.parse("host/" + host + "/1"),
                "p-7",
                new Instruction.OpenContext(),
                1));
        long to = agent.append(
                new MemoryDecodingRequested(1, Facts.EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.OFF));
        rest.await(to);
        return new Told(from, to);
    }

    private List<JsonNode> cloudEvents(String query) {
        return rest.text("exports?format=cloudevents" + query)
                .lines()
                .map(JSON::readTree)
                .toList();
    }

    @Test
    void hasTheRecordsInOrderAndBehindEachWhatItMakesOfZombies() {
        Told told = story("exported");
        List<JsonNode> events = cloudEvents(told.query());
        assertThat(events)
                .extracting(event -> event.path("type").asString())
                .containsExactly(
                        "mapping.map-requested",
                        "mapping.mapped",
                        "operation.requested",
                        "device.memory-decoding-requested",
                        "device.memory-decoding-changed",
                        "zombie.began");
        assertThat(events)
                .extracting(event -> event.path("evidence").asString())
                .containsExactly("asked", "observed", "asked", "asked", "observed", "inferred");
        assertThat(events.getLast().path("severity").asString()).isEqualTo("High");
        assertThat(events.getLast().path("sequence").asString()).isEqualTo("%019d".formatted(told.to()));
        assertThat(events).extracting(event -> event.path("id").asString()).doesNotHaveDuplicates();
    }

    @Test
    void aZombieThatNobodyKnowsAnyMoreIsNotSaidToHaveEndedWell() {
        long from = orphan("exported-desert").append(Facts.discovered(Facts.SIBLING, 11));
        long gone = log.agent("exported-desert", 2).append(Facts.epochBegan(Facts.BOOT));
        rest.await(gone);
        JsonNode deserted = ended("exported-desert", from);
        assertThat(deserted.path("evidence").asString()).isEqualTo("unknown");
        assertThat(deserted.path("severity").asString()).isEqualTo("High");
        JsonNode ocsf = JSON.readTree(rest.text("exports?format=ocsf&host=exported-desert&from=" + from)
                .lines()
                .toList()
                .getLast());
        assertThat(ocsf.path("status").asString()).isEqualTo("Unknown");

        Log.Agent agent = orphan("removed");
        from = agent.append(Facts.discovered(Facts.SIBLING, 11));
        rest.await(agent.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size())));
        JsonNode removed = ended("removed", from);
        assertThat(removed.path("evidence").asString()).isEqualTo("observed");
        assertThat(removed.path("severity").asString()).isEqualTo("Low");
    }

    /** Its exporter is released, and the mapping of its BAR left. */
    private Log.Agent orphan(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapBar(agent, 1, IOVA);
        agent.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(agent.next(), 1, Facts.EXPORTER));
        return agent;
    }

    private JsonNode ended(String host, long from) {
        JsonNode last = cloudEvents("&host=" + host + "&from=" + from).getLast();
        assertThat(last.path("type").asString()).isEqualTo("zombie.ended");
        return last;
    }

    @Test
    void sayWhatTheListOfEventsSays() {
        Told told = story("listed");
        JsonNode listed = rest.ok("events?host=listed&limit=1&after=" + told.from())
                .path("events")
                .path(0);
        assertThat(cloudEvents(told.query()).getFirst().path("data")).isEqualTo(listed);
    }

    @Test
    void ofAHostHasItsOperationsAndNothingOfOthers() {
        Told mine = story("mine");
        story("others");
        List<JsonNode> events = cloudEvents("&host=mine&from=" + mine.from());
        assertThat(events)
                .hasSize(6)
                .allSatisfy(
                        event -> assertThat(event.path("source").asString()).matches("/hosts/mine.*|/operations/.*"));
    }

    @Test
    void inPartsIsWhatItIsAtOnce() {
        Told told = story("parted");
        String whole = rest.text("exports?format=ocsf" + told.query());
        StringBuilder parts = new StringBuilder();
        for (long from = told.from(); from < told.to(); from += 2) {
            parts.append(rest.text("exports?format=ocsf&limit=2&from=%d&to=%d".formatted(from, told.to())));
        }
        assertThat(parts).hasToString(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ocsf", "cef", "syslog", "cef-syslog", "cloudevents"})
    void thePinnedPartHasTheSameBytesForEver(String format) {
        Told told = story("pinned-" + format);
        String query = "exports?format=" + format + "&host=pinned-" + format;
        String first = rest.text(query + told.query());
        String instant = rest.ok("hosts?at=" + told.to()).path("instant").asString();
        String known = rest.text(query + "&from=%d&to=%s&known=%d".formatted(told.from(), instant, told.to()));
        story("later-" + format);
        assertThat(rest.text(query + told.query())).isEqualTo(first);
        assertThat(known).isEqualTo(first);
        assertThat(first.lines()).hasSize(6);
    }

    @Test
    void saysWhereItBeginsAndEnds() {
        Told told = story("headed");
        Map<String, List<String>> headers = rest.headers("exports?format=cef&host=headed&limit=2" + told.query());
        assertThat(headers.get("ledger-from")).containsExactly(Long.toString(told.from()));
        assertThat(headers.get("ledger-position")).containsExactly(Long.toString(told.from() + 2));
        assertThat(headers.get("ledger-completeness")).containsExactly("open");
        assertThat(headers.get("link"))
                .containsExactly("</api/v1/exports?format=cef&from=%d&to=%d&host=headed>; rel=\"canonical\""
                        .formatted(told.from(), told.from() + 2));
    }

    @Test
    void refusesWhatItDoesNotHave() {
        List<String> wrong = new ArrayList<>(List.of("format=leef", "format=json", "", "format=cef&limit=0"));
        wrong.add("format=cef&from=999999999");
        wrong.add("format=cef&to=999999999");
        wrong.add("format=cef&speed=1");
        for (String query : wrong) {
            assertThat(rest.get("exports?" + query).status()).as(query).isEqualTo(400);
        }
        assertThat(rest.get("exports?format=cef&host=nobody").status()).isEqualTo(404);
        assertThat(rest.get("exports?format=cef&wait=999999999").status()).isEqualTo(503);
    }
}
