package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.FrameRun;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Who could write to physical memory. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class PhysicalTest {
    private static final long PAGE = 0x1000;
    private static final IovaRange FOUR_PAGES = IovaRange.ofSize(0x1_0000_0000L, 4 * PAGE);

    private final Rest rest;
    private final Log log;

    PhysicalTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    @Test
    void findsEachMappingThroughWhichADeviceCouldWriteThere() {
        Log.Agent agent = log.agent("frames", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, 1, FOUR_PAGES, DmaAccess.READ_WRITE);
        long found =
                agent.append(frames(1, new FrameRun(0, 0x7000, PAGE), new FrameRun(PAGE, 0x1f_3a40_0000L, 3 * PAGE)));
        IovaRange above = IovaRange.ofSize(0x2_0000_0000L, PAGE);
        map(agent, 2, above, DmaAccess.READ);
        rest.await(agent.append(frames(2, new FrameRun(0, 0x1f_3a40_1000L, PAGE))));
        JsonNode answer = rest.ok("physical?host=frames&address=0x1f3a401000");
        assertThat(answer.path("unknown").path("mappings").intValue()).isZero();
        JsonNode only = only(answer);
        assertThat(only.path("physical").asString()).isEqualTo("0x0000001f3a401000");
        assertThat(only.path("physicalLast").asString()).isEqualTo("0x0000001f3a401000");
        assertThat(only.path("iova").asString()).isEqualTo("0x0000000100002000");
        assertThat(only.path("knownBy").asString()).isEqualTo("PAGEMAP");
        assertThat(only.path("found").path("position").longValue()).isEqualTo(found);
        assertThat(only.path("mapping").path("id").asString()).isEqualTo("frames.1-1");
        assertThat(only.path("mapping").path("importers").toString()).contains("0000:af:00.0");
        assertThat(ids(rest.ok("physical?host=frames&access=any&address=0x1f3a401000")))
                .containsExactly("frames.1-1", "frames.1-2");
        assertThat(ids(rest.ok("physical?host=frames&address=0x1f3a403000"))).isEmpty();
        JsonNode range = only(rest.ok("physical?host=frames&address=0x1f3a402800-0x1f3a4fffff"));
        assertThat(range.path("physicalLast").asString()).isEqualTo("0x0000001f3a402fff");
        assertThat(range.path("iova").asString()).isEqualTo("0x0000000100003800");
        assertThat(range.path("iovaLast").asString()).isEqualTo("0x0000000100003fff");
    }

    @Test
    void knowsEveryPlaceInHistoryAndTakesTheNewestThatWasFound() {
        Log.Agent agent = log.agent("moved-frames", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, 1, FOUR_PAGES, DmaAccess.READ_WRITE);
        long first = agent.append(frames(1, new FrameRun(0, 0x4_0000, 4 * PAGE)));
        long withheld = change(agent, Optional.empty());
        change(agent, Optional.of(DmaAccess.READ_WRITE));
        long second = agent.append(frames(1, new FrameRun(0, 0x8_0000, 4 * PAGE)));
        long asked = agent.next();
        long over = agent.append(
                new UnmapRequested(1, FOUR_PAGES, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(asked, 1, FOUR_PAGES, FOUR_PAGES.size()));
        rest.await(over);
        String old = "physical?host=moved-frames&address=0x40000&at=";
        String now = "physical?host=moved-frames&address=0x80000&at=";
        assertThat(ids(rest.ok(old + (first - 1)))).isEmpty();
        assertThat(ids(rest.ok(old + first))).containsExactly("moved-frames.1-1");
        assertThat(ids(rest.ok(old + withheld))).isEmpty();
        assertThat(ids(rest.ok(old + second))).isEmpty();
        assertThat(ids(rest.ok(now + first))).isEmpty();
        assertThat(ids(rest.ok(now + second))).containsExactly("moved-frames.1-1");
        assertThat(ids(rest.ok(now + over))).isEmpty();
    }

    @Test
    void countsWhatItDoesNotKnowTheFramesOf() {
        Log.Agent agent = log.agent("unframed", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, 1, FOUR_PAGES, DmaAccess.READ_WRITE);
        IovaRange second = IovaRange.ofSize(0x2_0000_0000L, PAGE);
        map(agent, 2, second, DmaAccess.WRITE);
        agent.append(new FramesRead(2, List.of(), PAGE, "no CAP_SYS_ADMIN", 0));
        IovaRange third = IovaRange.ofSize(0x3_0000_0000L, 2 * PAGE);
        map(agent, 3, third, DmaAccess.READ_WRITE);
        agent.append(new FramesRead(3, List.of(new FrameRun(0, 0x5000, PAGE)), 0, "", PAGE));
        IovaRange whole = IovaRange.ofSize(0x4_0000_0000L, PAGE);
        map(agent, 4, whole, DmaAccess.READ_WRITE);
        rest.await(agent.append(frames(4, new FrameRun(0, 0x6000, PAGE))));
        JsonNode answer = rest.ok("physical?host=unframed&address=0x5000");
        assertThat(ids(answer)).containsExactly("unframed.1-3");
        assertThat(answer.path("unknown").path("mappings").intValue()).isEqualTo(3);
        assertThat(answer.path("unknown").path("more").booleanValue()).isFalse();
    }

    @Test
    void findsBarsWhereTheirDevicesSayTheyAre() {
        Log.Agent agent = log.agent("framed-bar", 1);
        Facts.prepare(agent, Facts.BOOT);
        rest.await(Facts.mapBar(agent, 1, IovaRange.ofSize(0x2000_0000_0000L, PAGE)));
        JsonNode only = only(rest.ok("physical?host=framed-bar&address=0xc0002ff0-0xc0002fff"));
        assertThat(only.path("knownBy").asString()).isEqualTo("BAR");
        assertThat(only.has("found")).isFalse();
        assertThat(only.path("iova").asString()).isEqualTo("0x0000200000000ff0");
        assertThat(ids(rest.ok("physical?host=framed-bar&address=0xc0003000"))).isEmpty();
        assertThat(ids(rest.ok("physical?host=framed-bar&address=0-0xc0001fff")))
                .isEmpty();
    }

    @Test
    void comesInPagesAndOfAllHosts() {
        List<String> all = new ArrayList<>();
        for (String host : List.of("paged-a", "paged-b")) {
            Log.Agent agent = log.agent(host, 1);
            Facts.prepare(agent, Facts.BOOT);
            map(agent, 1, FOUR_PAGES, DmaAccess.READ_WRITE);
            rest.await(agent.append(frames(
                    1,
                    new FrameRun(0, 0xabcd_0000_0000L, PAGE),
                    new FrameRun(PAGE, 0xabcd_0000_0000L, PAGE),
                    new FrameRun(2 * PAGE, 0xabcd_0000_0000L, 2 * PAGE))));
        }
        Optional<String> next = Optional.of("physical?address=0xabcd00000000&limit=2");
        while (next.isPresent()) {
            JsonNode page = rest.ok(next.get());
            page.path("reaching")
                    .forEach(one -> all.add(one.path("mapping").path("host").asString() + " "
                            + one.path("iova").asString()));
            next = page.has("next")
                    ? Optional.of("physical?address=0xabcd00000000&limit=2&cursor="
                            + page.path("next").asString())
                    : Optional.empty();
        }
        assertThat(all)
                .containsExactly(
                        "paged-a 0x0000000100000000",
                        "paged-a 0x0000000100001000",
                        "paged-a 0x0000000100002000",
                        "paged-b 0x0000000100000000",
                        "paged-b 0x0000000100001000",
                        "paged-b 0x0000000100002000");
    }

    private static void map(Log.Agent agent, long number, IovaRange iova, DmaAccess access) {
        agent.append(
                new MapRequested(number, 1, iova, access, new Backing.Memory(0x7f00_0000_0000L)),
                new Mapped(agent.next(), number));
    }

    private static long change(Log.Agent agent, Optional<DmaAccess> access) {
        return agent.append(
                new AccessChangeRequested(1, access),
                new AccessChanged(agent.next(), 1, access.isEmpty() ? FOUR_PAGES.size() : 0, 0, Optional.empty()));
    }

    private static FramesRead frames(long mapping, FrameRun... runs) {
        return new FramesRead(mapping, List.of(runs), 0, "", 0);
    }

    private static JsonNode only(JsonNode answer) {
        assertThat(ids(answer)).hasSize(1);
        return answer.path("reaching").path(0);
    }

    private static List<String> ids(JsonNode answer) {
        List<String> ids = new ArrayList<>();
        answer.path("reaching")
                .forEach(one -> ids.add(one.path("mapping").path("id").asString()));
        return ids;
    }
}
