package io.iommuledger.query;

import static io.iommuledger.query.Facts.EXPORTER;
import static io.iommuledger.query.Facts.SIBLING;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What a responder asks of resets, and of what they did to devices and mappings. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ResetsTest {
    private static final IovaRange BAR = IovaRange.ofSize(0x2000_0000_0000L, 0x1000);

    private final Rest rest;
    private final Log log;

    ResetsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    private Log.Agent prepared(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        return agent;
    }

    private static List<String> ids(JsonNode answer, String list) {
        return answer.path(list)
                .valueStream()
                .map(mapping -> mapping.path("id").asString())
                .toList();
    }

    @Test
    void theGraphOfPeersAndTheFateOfMappingsInAReset() {
        Log.Agent agent = prepared("peers");
        Facts.mapBar(agent, 1, BAR);
        long intent = agent.next();
        long began = agent.append(new ResetRequested(2, SIBLING, EpisodeKind.HOT_RESET, List.of(EXPORTER, SIBLING)));
        agent.append(new ResetFinished(intent, 2, List.of(new DecodingOf(EXPORTER, MemoryDecoding.ON))));
        long end = Facts.release(agent);
        assertThat(rest.ok("hosts/peers/p2p?wait=" + end).path("edges").path(0).toString())
                .isEqualTo("{\"importer\":\"0000:af:00.0\",\"exporter\":\"0000:3b:00.0\",\"context\":\"1-1\","
                        + "\"mappings\":1,\"live\":0,\"exposing\":1,\"revoked\":0,\"unknown\":0,\"bytes\":4096}");
        JsonNode then = rest.ok("hosts/peers/p2p?exporter=" + EXPORTER + "&at=" + (began - 1));
        assertThat(then.path("edges").path(0).path("live").intValue()).isEqualTo(1);
        assertThat(rest.ok("hosts/peers/p2p?importer=" + SIBLING).path("edges")).isEmpty();
        assertThat(ids(rest.ok("mappings?host=peers&exporter=" + EXPORTER), "mappings"))
                .containsExactly("peers.1-1");
        JsonNode reset = rest.ok("resets/peers.1-r2");
        assertThat(reset.path("reset").path("affected")).hasSize(2);
        assertThat(reset.path("reset").path("outcome").asString()).isEqualTo("ANSWERED");
        JsonNode fate = reset.path("fates").path(0);
        assertThat(fate.path("mapping").asString()).isEqualTo("peers.1-1");
        assertThat(fate.path("before").asString()).isEqualTo("ACTIVE");
        assertThat(fate.path("during").asString()).isEqualTo("STALE");
        assertThat(fate.path("now").asString()).isEqualTo("ORPHANED");
        JsonNode inside = rest.ok("resets/peers.1-r2?at=" + began);
        assertThat(inside.path("reset").path("outcome").asString()).isEqualTo("OPEN");
        assertThat(inside.path("reset").has("ended")).isFalse();
        assertThat(inside.path("fates").path(0).path("now").asString()).isEqualTo("STALE");
        assertThat(rest.get("resets/peers.1-r2?at=" + (began - 1)).status()).isEqualTo(404);
        JsonNode diff = rest.ok("hosts/peers/diff?from=" + began + "&at=" + end).path("changes");
        assertThat(diff).hasSize(1);
        assertThat(diff.path(0).path("before").path("state").asString()).isEqualTo("STALE");
        assertThat(diff.path(0).path("after").path("state").asString()).isEqualTo("ORPHANED");
    }

    @Test
    void aDevicesHistoryTellsOfItsResetsAndAResetOfWhatItLeftAsItWas() {
        Log.Agent agent = prepared("resetting");
        Facts.mapBar(agent, 1, BAR);
        long off = Facts.decode(agent, 2, MemoryDecoding.OFF);
        long intent = agent.next();
        long began = agent.append(new ResetRequested(3, SIBLING, EpisodeKind.HOT_RESET, List.of(EXPORTER, SIBLING)));
        long end = agent.append(new ResetFinished(intent, 3, List.of(new DecodingOf(EXPORTER, MemoryDecoding.OFF))));
        rest.await(end);
        String device = "hosts/resetting/devices/" + EXPORTER + "/history?at=";
        for (long at = off; at <= end; at++) {
            JsonNode then = StreamSupport.stream(
                            rest.ok("hosts/resetting/devices?at=" + at)
                                    .path("devices")
                                    .spliterator(),
                            false)
                    .filter(one -> one.path("address").asString().equals(EXPORTER.toString()))
                    .findFirst()
                    .orElseThrow();
            JsonNode last = rest.ok(device + at)
                    .path("intervals")
                    .valueStream()
                    .toList()
                    .getLast();
            assertThat(last.path("device").path("episodes").valueStream())
                    .as("at " + at)
                    .containsAll(then.path("episodes").valueStream().toList());
        }
        assertThat(rest.text(device + end)).contains("resetting.1-r2").contains("resetting.1-r3");
        JsonNode fate =
                rest.ok("resets/resetting.1-r3?at=" + began).path("fates").path(0);
        assertThat(fate.path("mapping").asString()).isEqualTo("resetting.1-1");
        assertThat(fate.path("changed").booleanValue()).isFalse();
        assertThat(fate.path("before").asString()).isEqualTo("STALE");
        assertThat(fate.path("now").asString()).isEqualTo("STALE");
        assertThat(rest.ok("resets/resetting.1-r2")
                        .path("fates")
                        .path(0)
                        .path("changed")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void anEpisodeWhoseAgentIsGoneLastedAtLeastAsLongAsItsFactsSay() {
        Log.Agent agent = prepared("deserted");
        agent.append(new ResetRequested(1, EXPORTER, EpisodeKind.FUNCTION_RESET, List.of(EXPORTER)));
        Facts.mapMemory(agent, 2, BAR);
        long gone = log.agent("deserted", 2).append(Facts.epochBegan(Facts.BOOT));
        JsonNode reset = rest.ok("resets/deserted.1-r1?wait=" + gone).path("reset");
        assertThat(reset.path("outcome").asString()).isEqualTo("UNKNOWN");
        assertThat(reset.path("atLeastNanos").longValue())
                .as("two facts, a millisecond apart, came after its first")
                .isEqualTo(2_000_000);
        assertThat(reset.has("lastedNanos")).isFalse();
        assertThat(reset.has("durationNanos")).isFalse();
        assertThat(reset.path("ended").path("position").longValue()).isEqualTo(gone);
        assertThat(rest.ok("resets?host=deserted").path("resets").path(0)).isEqualTo(reset);
        JsonNode before = rest.ok("resets/deserted.1-r1?at=" + (gone - 1)).path("reset");
        assertThat(before.path("outcome").asString()).isEqualTo("OPEN");
        assertThat(before.has("atLeastNanos")).isFalse();
    }
}
