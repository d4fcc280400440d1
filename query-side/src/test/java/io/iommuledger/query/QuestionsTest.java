package io.iommuledger.query;

import static io.iommuledger.query.Facts.EXPORTER;
import static io.iommuledger.query.Facts.IMPORTER;
import static io.iommuledger.query.Facts.SIBLING;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What a responder asks of the past and the present. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class QuestionsTest {
    private static final IovaRange BAR = IovaRange.ofSize(0x2000_0000_0000L, 0x1000);
    private static final IovaRange LONELY = IovaRange.ofSize(0x3333_0000_0000L, 0x1000);
    private static final IovaRange NEXT = IovaRange.ofSize(0x2000_0000_1000L, 0x1000);

    private final Rest rest;
    private final Log log;

    QuestionsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    private Log.Agent prepared(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        return agent;
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
                        Optional.empty(),
                        new Instruction.Unmap(new ContextId(1, 1), IovaRange.ALL),
                        1_000_000_000L,
                        1));
        agent.append(
                Optional.of(operation),
                new MapRequested(
                        1, 1, BAR, DmaAccess.READ_WRITE, new Backing.BarRange(EXPORTER, 2, 0x1000, 0xc000_1000L)),
                new Mapped(agent.next(), 1));
        Facts.mapBar(agent, 2, NEXT);
        long released = Facts.release(agent);
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

    /** A filter that began again with each state would hide the oldest. */
    @Test
    void aZombieIsAsOldAsTheStretchInWhichItIsOne() {
        Log.Agent agent = prepared("ageing");
        Facts.attach(agent, SIBLING, 11);
        agent.append(
                new MapRequested(
                        1, 1, NEXT, DmaAccess.READ_WRITE, new Backing.BarRange(SIBLING, 2, 0x1000, 0xd000_1000L)),
                new Mapped(agent.next(), 1));
        Facts.mapBar(agent, 2, BAR);
        long stale = Facts.decode(agent, 2, MemoryDecoding.OFF);
        agent.append(new DeviceReleaseRequested(1, SIBLING), new DeviceReleased(agent.next(), 1, SIBLING));
        long orphaned = Facts.release(agent);
        rest.await(orphaned);
        String zombies = "zombies?host=ageing";
        JsonNode found = rest.ok(zombies);
        assertThat(ids(found, "zombies"))
                .as("the oldest first, and not what changed longest ago")
                .containsExactly("ageing.1-2", "ageing.1-1");
        JsonNode oldest = found.path("zombies").path(0);
        assertThat(oldest.path("state").asString()).isEqualTo("ORPHANED");
        JsonNode began = rest.ok("mappings/ageing.1-2?at=" + stale).path("mapping");
        assertThat(oldest.path("zombieSince").asString())
                .isEqualTo(began.path("zombieSince").asString(""))
                .isEqualTo(began.path("since").asString(""))
                .isLessThan(oldest.path("since").asString());
        assertThat(oldest.has("zombieUntil")).isFalse();
        assertThat(ids(rest.ok(zombies + "&olderThan=4ms"), "zombies")).containsExactly("ageing.1-2");
        assertThat(ids(rest.ok(zombies + "&olderThan=1m"), "zombies")).isEmpty();
        assertThat(ids(
                        rest.ok(zombies + "&limit=1&cursor="
                                + rest.ok(zombies + "&limit=1").path("next").asString()),
                        "zombies"))
                .containsExactly("ageing.1-1");
        long end = unmap(agent, BAR);
        rest.await(end);
        JsonNode ever = rest.ok(zombies + "&ever=true&olderThan=4ms").path("zombies");
        assertThat(ever.valueStream()
                        .filter(one -> one.path("id").asString().equals("ageing.1-2"))
                        .map(one -> one.path("state").asString() + " " + one.has("zombieUntil")))
                .containsExactly("STALE true", "ORPHANED true");
    }

    @Test
    void anIntervalThatIsOverSaysHowLongItExposedAndTheMappingHowLongInAll() {
        Log.Agent agent = prepared("exposing");
        Facts.mapBar(agent, 1, BAR);
        long stale = Facts.decode(agent, 2, MemoryDecoding.OFF);
        String then = rest.text("mappings/exposing.1-1/history?at=" + stale + "&wait=" + stale);
        Facts.decode(agent, 2, MemoryDecoding.ON);
        Facts.decode(agent, 3, MemoryDecoding.OFF);
        Facts.release(agent);
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
}
