package io.iommuledger.query;

import static io.iommuledger.query.Facts.EXPORTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Which place in history an answer is about, and whether it knows all of it. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class PlaceInHistoryTest {
    private static final IovaRange PAGE = IovaRange.ofSize(0x2000_0000_0000L, 0x1000);

    private final Rest rest;
    private final Log log;
    private final JdbcClient jdbc;

    PlaceInHistoryTest(@Autowired Log log, @Autowired JdbcClient jdbc, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
    }

    private Log.Agent prepared(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        return agent;
    }

    @Test
    void pagesOfAListAreAllAboutTheSamePlace() {
        Log.Agent agent = prepared("paged");
        long end = 0;
        for (int number = 1; number <= 7; number++) {
            end = Facts.mapMemory(agent, number, IovaRange.ofSize(number * 0x1000L, 0x1000));
        }
        rest.await(end);
        List<String> seen = new ArrayList<>();
        String path = "hosts/paged/contexts/1-1/mappings?limit=3";
        JsonNode page = rest.ok(path);
        agent.append(
                new UnmapRequested(1, IovaRange.ALL, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IovaRange.ALL, IovaRange.ALL.size()));
        while (true) {
            assertThat(page.path("position").longValue()).isEqualTo(end);
            seen.addAll(ids(page));
            if (!page.has("next")) {
                break;
            }
            page = rest.ok(path + "&cursor=" + page.path("next").asString());
        }
        assertThat(seen)
                .containsExactly(
                        "paged.1-1", "paged.1-2", "paged.1-3", "paged.1-4", "paged.1-5", "paged.1-6", "paged.1-7");
        String cursor = rest.ok(path + "&at=" + end).path("next").asString();
        String instant = path + "&at=2026-01-01T01:00:00.027Z";
        assertThat(ids(rest.ok(
                        instant + "&cursor=" + rest.ok(instant).path("next").asString())))
                .as("the same instant, written otherwise in the cursor")
                .containsExactly("paged.1-4", "paged.1-5", "paged.1-6");
        assertThat(rest.get(path + "&cursor=none").status()).isEqualTo(400);
        assertThat(rest.get("zombies?cursor=" + cursor).status()).isEqualTo(400);
        assertThat(rest.get(path + "&state=all&cursor=" + cursor).status())
                .as("the same list of other elements")
                .isEqualTo(400);
        assertThat(rest.get(path + "&at=1&cursor=" + cursor).status()).isEqualTo(400);
    }

    private static List<String> ids(JsonNode answer) {
        return answer.path("mappings")
                .valueStream()
                .map(mapping -> mapping.path("id").asString())
                .toList();
    }

    @Test
    void saysWhetherItKnowsEverything() {
        Log.Agent agent = prepared("heard");
        long mapped = Facts.mapMemory(agent, 1, PAGE);
        JsonNode now = rest.ok("hosts/heard/devices?wait=" + mapped);
        assertThat(now.path("completeness").toString())
                .isEqualTo("{\"state\":\"open\",\"openSince\":" + now.path("instant") + "}");
        String early = "hosts/heard/devices?at=2026-01-01T01:00:00.010Z&known=" + mapped;
        assertThat(rest.ok(early).path("completeness").toString())
                .as("nothing can be told any more of what is before the newest fact")
                .isEqualTo("{\"state\":\"complete\"}");
        long lost = agent.append(new FactsLost(5, "the journal is full", true));
        assertThat(rest.ok("hosts/heard/devices?wait=" + lost)
                        .path("completeness")
                        .toString())
                .contains("\"state\":\"gap\",\"missing\":5", "\"cause\":\"LOST\",\"why\":\"the journal is full\"");
        assertThat(rest.ok(early).path("completeness").path("state").asString()).isEqualTo("complete");
        long hole = agent.next() + 3;
        long after = agent.append(
                new RecordedFact(new Stamp(hole, 1_767_230_000_000_000_000L, 1, Optional.empty()), new EpochEnded()));
        JsonNode gaps = rest.ok("hosts/heard/devices?wait=" + after).path("completeness");
        assertThat(gaps.path("missing").intValue()).isEqualTo(8);
        assertThat(gaps.has("openSince")).as("its agent has ended in order").isFalse();
        long again = log.agent("heard", 2).append(Facts.epochBegan(Facts.BOOT));
        assertThat(rest.ok("hosts/heard/devices?wait=" + again)
                        .path("completeness")
                        .path("state")
                        .asString())
                .as("nothing of the epoch with the gap stands any more")
                .isEqualTo("open");
        assertThat(rest.ok("zombies").path("completeness").path("openHosts").longValue())
                .isPositive();
    }

    @Test
    void onlyWhatNobodyHasIsMissing() {
        Log.Agent agent = prepared("damaged");
        Facts.mapMemory(agent, 1, PAGE);
        long stored = agent.next();
        Log.Agent next = log.agent("damaged", 2);
        next.append(Facts.epochBegan(Facts.BOOT, new Predecessor(1, stored - 2, false, Optional.of(Facts.INSTANCE))));
        long has = next.append(damaged(stored - 2, 2, Facts.INSTANCE));
        assertThat(completeness("damaged", has)).isEqualTo("open");
        long another = next.append(damaged(0, 16, new UUID(7, 7)));
        assertThat(completeness("damaged", another))
                .as("what another start recorded under this number")
                .isEqualTo("open");
        long lacks = next.append(damaged(stored - 1, 3, Facts.INSTANCE));
        assertThat(rest.ok("hosts/damaged/contexts?wait=" + lacks)
                        .path("completeness")
                        .path("missing")
                        .intValue())
                .isEqualTo(2);
    }

    private static JournalDamaged damaged(long first, long records, UUID instance) {
        return new JournalDamaged(
                1, first, records, 612, JournalDamaged.Fate.QUARANTINED, "turned", 0, Optional.of(instance));
    }

    private String completeness(String host, long position) {
        return rest.ok("hosts/" + host + "/contexts?wait=" + position)
                .path("completeness")
                .path("state")
                .asString();
    }

    @Test
    void aStateDirectoryThatWasLostIsNoFactThatIsMissing() {
        Log.Agent agent = prepared("forgetful");
        Facts.mapMemory(agent, 1, PAGE);
        long began = log.agent("forgetful", 2)
                .append(Facts.epochBegan(
                        Facts.BOOT, new Predecessor(1, agent.next() + 5, false, Optional.of(new UUID(7, 7)))));
        assertThat(completeness("forgetful", began)).isEqualTo("open");
        assertThat(rest.ok("hosts/forgetful/findings")
                        .path("findings")
                        .path(0)
                        .path("text")
                        .asString())
                .contains("facts may be missing", "facts 0 to " + (agent.next() - 1) + " of it", "is not known");
    }

    @Test
    void anAgentThatSaysThatNothingHappenedIsHeard() {
        Log.Agent agent = prepared("silent");
        long mapped = Facts.mapMemory(agent, 1, PAGE);
        String pinned = "hosts/silent/devices?at=" + mapped;
        String later = "hosts/silent/devices?at=2026-01-01T01:30:00Z&wait=" + mapped;
        String before = rest.text(pinned);
        assertThat(state(later)).isEqualTo("open");
        heard(agent.next() + 1);
        assertThat(openSince("hosts/silent/devices"))
                .as("rows that lack a fact which the agent counts say nothing of what came after it")
                .startsWith("2026-01-01T01:00:00.");
        heard(agent.next());
        assertThat(openSince("hosts/silent/devices")).isEqualTo("2026-01-01T02:00:00.000000000Z");
        assertThat(state(later)).isEqualTo("complete");
        assertThat(state(later + "&known=" + mapped))
                .as("where facts alone count")
                .isEqualTo("open");
        assertThat(rest.text(pinned)).isEqualTo(before);
        assertThat(rest.text("hosts?at=" + mapped)).doesNotContain("heardUpTo");
    }

    private void heard(long nextSequence) {
        jdbc.sql("""
                        INSERT INTO host_heard VALUES ('silent', 1, :next, 1767232800000000000, now())
                        ON CONFLICT (host) DO UPDATE SET next_sequence = excluded.next_sequence
                        """).param("next", nextSequence).update();
    }

    private String state(String path) {
        return rest.ok(path).path("completeness").path("state").asString();
    }

    private String openSince(String path) {
        return rest.ok(path).path("completeness").path("openSince").asString();
    }

    @Test
    void aClockThatJumpsBackBreaksNothing() {
        Log.Agent agent = log.agent("jumping", 1);
        long noon = 1_767_268_800_000_000_000L;
        agent.append(stamped(0, noon, Facts.epochBegan(Facts.BOOT)));
        long end = agent.append(stamped(1, noon - 60_000_000_000L, Facts.discovered(EXPORTER, 10)));
        JsonNode answer = rest.ok("hosts/jumping/devices?wait=" + end);
        assertThat(answer.path("instant").asString()).isEqualTo("2026-01-01T12:00:00.000000000Z");
        assertThat(answer.path("skewNanos").longValue()).isEqualTo(60_000_000_000L);
        assertThat(rest.ok("hosts/jumping/devices?at=" + (end - 1)).path("devices"))
                .isEmpty();
        assertThat(rest.ok("hosts/jumping/devices?at=2026-01-01T12:00:00Z").path("devices"))
                .hasSize(1);
        assertThat(rest.get("hosts/jumping/devices?at=2026-01-01T11:59:59.999999999Z")
                        .status())
                .isEqualTo(404);
    }

    private static RecordedFact stamped(long sequence, long wall, Fact fact) {
        return new RecordedFact(new Stamp(sequence, wall, sequence, Optional.empty()), fact);
    }

    @Test
    void refusesAPlaceThatIsNotThereYet() {
        long head = rest.ok("events?limit=1").path("position").longValue();
        Rest.Answer beyond = rest.get("zombies?at=" + (head + 1_000_000));
        assertThat(beyond.status()).isEqualTo(400);
        assertThat(beyond.type()).startsWith("application/problem+json");
        assertThat(beyond.body().path("field").asString()).isEqualTo("at");
        assertThat(beyond.body().path("value").asString()).isEqualTo(Long.toString(head + 1_000_000));
        assertThat(beyond.body().path("position").longValue()).isGreaterThanOrEqualTo(head);
        for (String wrong : List.of(
                "at=yesterday",
                "at=",
                "at=-1",
                "known=5",
                "at=7&known=5",
                "at=2026-01-01T00:00:00Z&known=" + (head + 1_000_000),
                "at=2026-01-01T00:00:00Z&known=x")) {
            assertThat(rest.get("zombies?" + wrong).status()).as(wrong).isEqualTo(400);
        }
        assertThat(rest.ok("zombies?at=0").path("zombies")).isEmpty();
    }
}
