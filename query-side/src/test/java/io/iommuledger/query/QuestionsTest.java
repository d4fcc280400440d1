package io.iommuledger.query;

import static io.iommuledger.query.Facts.EXPORTER;
import static io.iommuledger.query.Facts.IMPORTER;
import static io.iommuledger.query.Facts.SIBLING;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.reset.EpisodeKind;
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

/** What a responder asks of the past and the present. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class QuestionsTest {
    private static final IovaRange BAR = IovaRange.ofSize(0x2000_0000_0000L, 0x1000);
    private static final IovaRange LONELY = IovaRange.ofSize(0x3333_0000_0000L, 0x1000);
    private static final IovaRange NEXT = IovaRange.ofSize(0x2000_0000_1000L, 0x1000);

    private final Rest rest;
    private final Log log;
    private final JdbcClient jdbc;

    QuestionsTest(@Autowired Log log, @Autowired JdbcClient jdbc, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
    }

    private Log.Agent prepared(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        return agent;
    }

    private static long release(Log.Agent agent) {
        return agent.append(new DeviceReleaseRequested(1, EXPORTER), new DeviceReleased(agent.next(), 1, EXPORTER));
    }

    private static long unmap(Log.Agent agent, IovaRange iova) {
        return agent.append(
                new UnmapRequested(1, iova, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, iova, iova.size()));
    }

    private static List<String> ids(JsonNode answer, String list) {
        return answer.path(list)
                .valueStream()
                .map(mapping -> mapping.path("id").asString())
                .toList();
    }

    @Test
    void deviceMemoryThroughAFileIsSaidToBeUnknownBesideEveryAnswerAboutDevices() {
        Log.Agent agent = log.agent("sysfs", 1);
        Facts.prepare(agent, Facts.BOOT);
        long before = agent.append(Facts.discovered(EXPORTER, Facts.EXPORTER_GROUP));
        Backing file = new Backing.FileRange("/sys/bus/pci/devices/0000:3b:00.0/resource2", 0, 0x7f00_0000_0000L, true);
        IovaRange page = IovaRange.ofSize(0x1000, 0x1000);
        long mapped =
                agent.append(new MapRequested(1, 1, page, DmaAccess.READ_WRITE, file), new Mapped(agent.next(), 1));
        long off = agent.append(
                new MemoryDecodingRequested(2, EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), EXPORTER, MemoryDecoding.OFF));
        rest.await(off);
        JsonNode mapping = rest.ok("mappings/sysfs.1-1").path("mapping");
        assertThat(mapping.path("state").asString()).isEqualTo("ACTIVE");
        assertThat(mapping.has("exposes")).as("nobody knows").isFalse();
        List<String> questions = List.of(
                "zombies?host=sysfs",
                "zombies?host=sysfs&ever=true",
                "mappings?host=sysfs&iova=0x1000&state=zombie",
                "mappings?host=sysfs&iova=0x1000&state=stale,orphaned",
                "hosts/sysfs/contexts/1-1/mappings?state=zombie",
                "hosts/sysfs/p2p?exporter=0000:3b:00.0",
                "mappings?host=sysfs&exporter=0000:3b:00.0");
        for (String question : questions) {
            for (String place : List.of("", "&at=" + mapped)) {
                assertThat(rest.ok(question + place).path("note").asString(""))
                        .as(question + place)
                        .startsWith("1 mapping of device memory whose device is not known");
            }
            assertThat(rest.ok(question + "&at=" + before).has("note")).isFalse();
        }
        long gone = agent.append(
                new UnmapRequested(1, page, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, page, 0x1000));
        rest.await(gone);
        for (String question : questions) {
            assertThat(rest.ok(question).has("note")).as(question).isFalse();
            assertThat(rest.ok(question + "&at=" + off).has("note"))
                    .as(question)
                    .isTrue();
        }
        assertThat(rest.ok("mappings/sysfs.1-1").path("mapping").path("exposes").booleanValue(true))
                .isFalse();
    }

    @Test
    void whatIsInLimboOrUnknownIsSaidToBeUnknownInEveryAnswer() {
        Log.Agent agent = prepared("doubtful");
        Facts.mapBar(agent, 1, BAR);
        Facts.mapBar(agent, 2, NEXT);
        IovaRange all = new IovaRange(BAR.start(), NEXT.last());
        long before = agent.append(Facts.discovered(SIBLING, 11));
        long limbo = agent.append(
                new UnmapRequested(1, BAR, UnmapReason.OWNER, OptionalLong.empty()),
                new UnmapFellShort(agent.next(), 1, BAR, 0, BAR.size()));
        String context = "hosts/doubtful/contexts/1-1/mappings";
        JsonNode mapping = rest.ok("mappings/doubtful.1-1?wait=" + limbo).path("mapping");
        assertThat(mapping.path("state").asString()).isEqualTo("LIMBO");
        assertThat(mapping.has("exposes")).as("nobody knows").isFalse();
        assertThat(rest.ok("zombies?host=doubtful").path("note").asString())
                .startsWith("1 mapping in state LIMBO or UNKNOWN");
        assertThat(rest.ok("zombies?host=doubtful&at=" + before).has("note")).isFalse();
        rest.await(log.agent("doubtful", 2).append(Facts.epochBegan(Facts.BOOT)));
        List<JsonNode> unknown = rest.ok(context).path("mappings").valueStream().toList();
        assertThat(unknown).hasSize(2).allSatisfy(one -> {
            assertThat(one.path("state").asString()).isEqualTo("UNKNOWN");
            assertThat(one.has("exposes")).isFalse();
        });
        assertThat(rest.ok("mappings?host=doubtful&iova=" + IovaRange.hex(all.start()) + "-" + IovaRange.hex(all.last())
                                + "&state=zombie")
                        .path("note")
                        .asString())
                .startsWith("2 mappings in state LIMBO or UNKNOWN");
        assertThat(rest.ok("hosts?limit=10000").path("hosts").valueStream())
                .filteredOn(host -> host.path("id").asString().equals("doubtful"))
                .singleElement()
                .satisfies(host -> assertThat(
                                host.path("counts").path("exposureUnknown").intValue())
                        .isEqualTo(2));
    }

    @Test
    void whoMapsAnAddressInAContextOnAHostAndAnywhereNowAndThen() {
        Log.Agent one = prepared("where-one");
        Log.Agent two = prepared("where-two");
        Facts.mapMemory(one, 1, LONELY);
        long both = Facts.mapMemory(two, 1, IovaRange.ofSize(LONELY.start() - 0x1000, 0x4000));
        long end = unmap(one, LONELY);
        String x = "iova=" + IovaRange.hex(LONELY.start());
        assertThat(ids(rest.ok("mappings?" + x + "&wait=" + end), "mappings")).containsExactly("where-two.1-1");
        assertThat(ids(rest.ok("mappings?" + x + "&at=" + both), "mappings"))
                .containsExactly("where-one.1-1", "where-two.1-1");
        assertThat(ids(rest.ok("mappings?host=where-one&" + x + "&at=" + both), "mappings"))
                .containsExactly("where-one.1-1");
        assertThat(ids(rest.ok("hosts/where-one/contexts/1-1/mappings?" + x + "&at=" + both), "mappings"))
                .containsExactly("where-one.1-1");
        assertThat(ids(rest.ok("hosts/where-one/contexts/1-1/mappings?" + x), "mappings"))
                .isEmpty();
        assertThat(ids(rest.ok("mappings?host=where-one&state=all&" + x), "mappings"))
                .as("ended ones, if they are asked for")
                .containsExactly("where-one.1-1");
        JsonNode history = rest.ok("hosts/where-one/contexts/1-1/history?" + x).path("intervals");
        assertThat(history.valueStream().map(interval -> interval.path("state").asString()))
                .containsExactly("REQUESTED", "ACTIVE", "UNMAPPED");
        assertThat(rest.get("mappings?host=where-one").status()).isEqualTo(400);
    }

    @Test
    void zombiesByExposureDeviceAgeAndPrincipalNowAndEver() {
        Log.Agent agent = prepared("haunted");
        UUID operation = UUID.randomUUID();
        log.append(
                new OperationPart(operation, List.of(), ListPart.NONE),
                new OperationRequested(
                        operation,
                        agent.stream(),
                        "p-17",
                        new Instruction.Unmap(new ContextId(1, 1), IovaRange.ALL),
                        1_000_000_000L,
                        1));
        agent.append(
                Optional.of(operation),
                new MapRequested(
                        1, 1, BAR, DmaAccess.READ_WRITE, new Backing.BarRange(EXPORTER, 2, 0x1000, 0xc000_1000L)),
                new Mapped(agent.next(), 1));
        Facts.mapBar(agent, 2, NEXT);
        long released = release(agent);
        rest.await(released);
        String zombies = "zombies?host=haunted";
        JsonNode first = rest.ok(zombies).path("zombies").path(0);
        assertThat(first.path("id").asString()).isEqualTo("haunted.1-1");
        assertThat(first.path("principal").asString()).isEqualTo("p-17");
        assertThat(ids(rest.ok(zombies), "zombies")).containsExactly("haunted.1-1", "haunted.1-2");
        assertThat(ids(rest.ok(zombies + "&principal=p-17"), "zombies")).containsExactly("haunted.1-1");
        assertThat(ids(rest.ok(zombies + "&exposes=true"), "zombies")).hasSize(2);
        assertThat(ids(rest.ok(zombies + "&exposes=false"), "zombies")).isEmpty();
        assertThat(ids(rest.ok(zombies + "&device=" + IMPORTER), "zombies")).hasSize(2);
        assertThat(ids(rest.ok(zombies + "&device=" + EXPORTER), "zombies")).hasSize(2);
        assertThat(ids(rest.ok(zombies + "&device=" + SIBLING), "zombies")).isEmpty();
        assertThat(ids(rest.ok(zombies + "&olderThan=1ms"), "zombies")).isEmpty();
        unmap(agent, BAR);
        long end = unmap(agent, NEXT);
        assertThat(ids(rest.ok(zombies + "&wait=" + end), "zombies")).isEmpty();
        assertThat(ids(rest.ok(zombies + "&olderThan=1ms&at=" + (end - 1)), "zombies"))
                .containsExactly("haunted.1-2");
        JsonNode ever = rest.ok(zombies + "&ever=true").path("zombies");
        assertThat(ever).hasSize(2);
        assertThat(ever.path(0).path("sincePosition").longValue()).isEqualTo(released);
        assertThat(ever.path(0).path("until").path("position").longValue()).isGreaterThan(released);
        assertThat(ids(rest.ok(zombies + "&ever=true&principal=p-17"), "zombies"))
                .containsExactly("haunted.1-1");
    }

    @Test
    void anIntervalThatIsOverSaysHowLongItExposedAndTheMappingHowLongInAll() {
        Log.Agent agent = prepared("exposing");
        Facts.mapBar(agent, 1, BAR);
        long stale = decode(agent, 2, MemoryDecoding.OFF);
        String then = rest.text("mappings/exposing.1-1/history?at=" + stale + "&wait=" + stale);
        decode(agent, 2, MemoryDecoding.ON);
        decode(agent, 3, MemoryDecoding.OFF);
        release(agent);
        long end = unmap(agent, BAR);
        JsonNode history = rest.ok("mappings/exposing.1-1/history?wait=" + end);
        assertThat(history.path("intervals")
                        .valueStream()
                        .map(interval -> interval.path("state").asString() + interval.path("exposure")))
                .containsExactly(
                        "REQUESTED",
                        "ACTIVE",
                        "STALE{\"ended\":true,\"atLeastNanos\":1000000,\"atMostNanos\":3000000}",
                        "ACTIVE{\"ended\":true,\"atLeastNanos\":1000000,\"atMostNanos\":3000000}",
                        "STALE{\"ended\":true,\"atLeastNanos\":3000000,\"atMostNanos\":5000000}",
                        "ORPHANED{\"ended\":true,\"atLeastNanos\":3000000,\"atMostNanos\":5000000}",
                        "UNMAPPED{\"ended\":true,\"atLeastNanos\":3000000,\"atMostNanos\":5000000}");
        assertThat(history.path("mapping").path("exposures").toString())
                .isEqualTo("{\"count\":2,\"ended\":true,\"atLeastNanos\":4000000,\"atMostNanos\":8000000}");
        assertThat(rest.ok("zombies?host=exposing&ever=true").path("zombies"))
                .hasSize(3)
                .allMatch(zombie -> zombie.path("exposure").path("ended").booleanValue());
        assertThat(then).contains("\"exposure\":{\"ended\":false,\"atLeastNanos\":0}");
        assertThat(rest.text("mappings/exposing.1-1/history?at=" + stale)).isEqualTo(then);
    }

    private static long decode(Log.Agent agent, long episode, MemoryDecoding now) {
        return agent.append(
                new MemoryDecodingRequested(episode, EXPORTER, now),
                new MemoryDecodingChanged(agent.next(), EXPORTER, now));
    }

    @Test
    void theGraphOfPeersAndTheFateOfMappingsInAReset() {
        Log.Agent agent = prepared("peers");
        Facts.mapBar(agent, 1, BAR);
        long intent = agent.next();
        long began = agent.append(new ResetRequested(2, SIBLING, EpisodeKind.HOT_RESET, List.of(EXPORTER, SIBLING)));
        agent.append(new ResetFinished(intent, 2, List.of(new DecodingOf(EXPORTER, MemoryDecoding.ON))));
        long end = release(agent);
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
        assertThat(rest.ok("hosts/peers/devices/" + EXPORTER + "/history").path("intervals"))
                .hasSizeGreaterThan(2);
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
        unmap(agent, IovaRange.ALL);
        while (true) {
            assertThat(page.path("position").longValue()).isEqualTo(end);
            seen.addAll(ids(page, "mappings"));
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
        assertThat(ids(
                        rest.ok(instant + "&cursor="
                                + rest.ok(instant).path("next").asString()),
                        "mappings"))
                .as("the same instant, written otherwise in the cursor")
                .containsExactly("paged.1-4", "paged.1-5", "paged.1-6");
        assertThat(rest.get(path + "&cursor=none").status()).isEqualTo(400);
        assertThat(rest.get("zombies?cursor=" + cursor).status()).isEqualTo(400);
        assertThat(rest.get(path + "&at=1&cursor=" + cursor).status()).isEqualTo(400);
    }

    @Test
    void saysWhetherItKnowsEverything() {
        Log.Agent agent = prepared("heard");
        long mapped = Facts.mapMemory(agent, 1, BAR);
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
    void anAgentThatSaysThatNothingHappenedIsHeard() {
        Log.Agent agent = prepared("silent");
        long mapped = Facts.mapMemory(agent, 1, BAR);
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
