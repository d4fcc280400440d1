package io.iommuledger.query;

import static io.iommuledger.query.Facts.EXPORTER;
import static io.iommuledger.query.Facts.EXPORTER_GROUP;
import static io.iommuledger.query.Facts.IMPORTER;
import static io.iommuledger.query.Facts.IMPORTER_GROUP;
import static io.iommuledger.query.Facts.SIBLING;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The life of one mapping of a BAR, seen through the answers after each step. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ZombieStoryTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0xffff_8000_0000_0000L, 64 << 10);
    private static final UUID OPERATION = UUID.fromString("01980000-0000-7000-8000-000000000001");

    private final Rest rest;
    private final Log.Agent agent;

    ZombieStoryTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.agent = log.agent("story", 1);
    }

    @Test
    void followsAMappingFromItsMapToItsUnmap() {
        Facts.prepare(agent, Facts.BOOT);
        standsAs("ACTIVE", Facts.mapBar(agent, 1, IOVA));
        memoryOffAndOn();
        hotReset();
        releasedAndLeft();
        long end = agent.append(
                Optional.of(OPERATION),
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size()));
        JsonNode mapping = standsAs("UNMAPPED", end);
        assertThat(mapping.path("operation").asString()).isEqualTo(OPERATION.toString());
        assertThat(mapping.path("importers")).isEmpty();
        assertThat(rest.ok("zombies?host=story").path("zombies")).isEmpty();
        assertThat(rest.ok("hosts/story/contexts/1-1/mappings").path("mappings"))
                .isEmpty();
        assertThat(rest.ok("hosts/story/contexts/1-1/mappings?state=unmapped").path("mappings"))
                .hasSize(1);
        historyIsContiguous(end);
        everIsToldWithWhoReachedItThen();
    }

    /** Whatever stands now, and however many are asked for at once. */
    private void everIsToldWithWhoReachedItThen() {
        String question = "zombies?host=story&ever=true";
        assertThat(rest.ok(question).path("zombies").valueStream())
                .extracting(ZombieStoryTest::reached)
                .containsExactly("STALE by 0000:af:00.0", "STALE by 0000:af:00.0", "ORPHANED by 0000:af:00.0");
        for (PciAddress device : List.of(IMPORTER, EXPORTER)) {
            assertThat(rest.ok(question + "&device=" + device).path("zombies"))
                    .as("%s", device)
                    .hasSize(3);
        }
        assertThat(rest.ok(question + "&device=" + SIBLING).path("zombies")).isEmpty();

        Facts.attach(agent, EXPORTER, EXPORTER_GROUP);
        Facts.mapBar(agent, 2, IOVA);
        agent.append(
                new MemoryDecodingRequested(2, EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), EXPORTER, MemoryDecoding.OFF));
        agent.append(new GroupDetachRequested(1, IMPORTER_GROUP), new GroupDetached(agent.next(), 1, IMPORTER_GROUP));
        agent.append(
                new MemoryDecodingRequested(0, EXPORTER, MemoryDecoding.ON),
                new MemoryDecodingChanged(agent.next(), EXPORTER, MemoryDecoding.ON));
        long head = agent.append(
                new MemoryDecodingRequested(3, EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), EXPORTER, MemoryDecoding.OFF));
        List<JsonNode> all = rest.ok(question + "&wait=" + head)
                .path("zombies")
                .valueStream()
                .toList();
        assertThat(all)
                .extracting(ZombieStoryTest::reached)
                .endsWith("ORPHANED by 0000:af:00.0", "STALE by 0000:af:00.0", "STALE by ");
        List<JsonNode> alone = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = rest.ok(question + "&limit=1" + cursor);
            page.path("zombies").forEach(alone::add);
            cursor = page.has("next") ? "&cursor=" + page.path("next").asString() : "";
        } while (!cursor.isEmpty());
        assertThat(alone).isEqualTo(all);
    }

    private static String reached(JsonNode zombie) {
        return zombie.path("state").asString() + " by "
                + zombie.path("importers").valueStream().map(JsonNode::asString).collect(Collectors.joining(" "));
    }

    private void memoryOffAndOn() {
        long off = agent.append(
                new MemoryDecodingRequested(1, EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), EXPORTER, MemoryDecoding.OFF));
        JsonNode stale = standsAs("STALE", off);
        assertThat(stale.path("cause").asString()).isEqualTo("MEMORY_OFF");
        assertThat(stale.path("exposes").booleanValue()).isTrue();
        assertThat(stale.path("episode").asString()).isEqualTo("story.1-r1");
        assertThat(stale.path("exposedSince")).isEqualTo(stale.path("since"));
        JsonNode exporter = device(0);
        assertThat(exporter.path("memoryDecoding").asString()).isEqualTo("OFF");
        assertThat(exporter.path("episodes").path(0).asString()).isEqualTo("story.1-r1");
        assertThat(rest.ok("resets?host=story&open=true").path("resets")).hasSize(1);
        standsAs(
                "ACTIVE",
                agent.append(
                        new MemoryDecodingRequested(0, EXPORTER, MemoryDecoding.ON),
                        new MemoryDecodingChanged(agent.next(), EXPORTER, MemoryDecoding.ON)));
        assertThat(rest.ok("resets?host=story&open=true").path("resets")).isEmpty();
    }

    private void hotReset() {
        long intent = agent.next();
        long began = agent.append(new ResetRequested(2, SIBLING, EpisodeKind.HOT_RESET, List.of(EXPORTER, SIBLING)));
        assertThat(standsAs("STALE", began).path("cause").asString()).isEqualTo("RESET");
        long ended = agent.append(new ResetFinished(intent, 2, List.of(new DecodingOf(EXPORTER, MemoryDecoding.ON))));
        assertThat(standsAs("ACTIVE", ended).path("cause").asString()).isEqualTo("RESET_ENDED");
        JsonNode reset =
                rest.ok("resets?host=story&device=" + EXPORTER).path("resets").path(0);
        assertThat(reset.path("id").asString()).isEqualTo("story.1-r2");
        assertThat(reset.path("outcome").asString()).isEqualTo("ANSWERED");
        assertThat(reset.path("affected")).hasSize(2);
        assertThat(reset.path("durationNanos").longValue()).isEqualTo(1_000_000);
        assertThat(reset.path("began").path("position").longValue()).isEqualTo(began);
        assertThat(reset.path("mappings").path(0).asString()).isEqualTo("story.1-1");
    }

    private void releasedAndLeft() {
        long released =
                agent.append(new DeviceReleaseRequested(1, EXPORTER), new DeviceReleased(agent.next(), 1, EXPORTER));
        JsonNode orphan = standsAs("ORPHANED", released);
        long left = agent.append(
                new GroupDetachRequested(1, EXPORTER_GROUP), new GroupDetached(agent.next(), 1, EXPORTER_GROUP));
        assertThat(standsAs("ORPHANED", left).path("since")).isEqualTo(orphan.path("since"));
        JsonNode zombies = rest.ok("zombies?host=story");
        assertThat(zombies.path("position").longValue()).isEqualTo(left);
        assertThat(zombies.path("zombies").path(0).path("importers").path(0).asString())
                .isEqualTo("0000:af:00.0");
        assertThat(device(0).path("held").booleanValue()).isFalse();
        JsonNode context = rest.ok("hosts/story/contexts").path("contexts").path(0);
        assertThat(context.path("groups").toString()).isEqualTo("[20]");
        assertThat(context.path("pageSizes").toString()).isEqualTo("[4096,2097152,1073741824]");
        assertThat(context.path("entries").path("limit").intValue()).isEqualTo(65_535);
    }

    private void historyIsContiguous(long end) {
        JsonNode intervals = rest.ok("mappings/story.1-1/history").path("intervals");
        assertThat(intervals
                        .valueStream()
                        .map(interval -> interval.path("state").asString()))
                .containsExactly("REQUESTED", "ACTIVE", "STALE", "ACTIVE", "STALE", "ACTIVE", "ORPHANED", "UNMAPPED");
        for (int i = 1; i < intervals.size(); i++) {
            assertThat(intervals.path(i - 1).path("to"))
                    .isEqualTo(intervals.path(i).path("from"));
        }
        JsonNode last = intervals.path(intervals.size() - 1);
        assertThat(last.path("to")).isEqualTo(last.path("from"));
        assertThat(last.path("to").path("position").longValue()).isEqualTo(end);
    }

    private JsonNode device(int index) {
        return rest.ok("hosts/story/devices").path("devices").path(index);
    }

    private JsonNode standsAs(String state, long position) {
        JsonNode answer = rest.ok("mappings/story.1-1?wait=" + position);
        assertThat(answer.path("position").longValue()).isGreaterThanOrEqualTo(position);
        JsonNode mapping = answer.path("mapping");
        assertThat(mapping.path("state").asString()).isEqualTo(state);
        assertThat(mapping.path("iova").asString()).isEqualTo("0xffff800000000000");
        assertThat(mapping.path("sizeText").asString()).isEqualTo("64 KiB");
        return mapping;
    }
}
