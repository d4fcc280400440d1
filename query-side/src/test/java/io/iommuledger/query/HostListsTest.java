package io.iommuledger.query;

import static io.iommuledger.query.Facts.EXPORTER;
import static io.iommuledger.query.Facts.IMPORTER;
import static io.iommuledger.query.Facts.SIBLING;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What a host's own lists tell: stopped DMA, regions, findings and policies. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class HostListsTest {
    private static final IovaRange BAR = IovaRange.ofSize(0x1_0000, 0x1000);
    private static final IovaRange GONE = IovaRange.ofSize(0x2_0000, 0x1000);

    private final Rest rest;
    private final Log log;

    HostListsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    private Log.Agent prepared(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        return agent;
    }

    @Test
    void aStoppedDmaIsJoinedToWhatStandsThereOrStoodThereLast() {
        Log.Agent agent = prepared("faulting");
        Facts.mapBar(agent, 1, BAR);
        long gone = Facts.mapMemory(agent, 2, GONE);
        agent.append(
                new UnmapRequested(1, GONE, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, GONE, GONE.size()));
        agent.append(new DmaFaulted(IMPORTER, BAR.start() + 8, true, "0x05 write", 11));
        agent.append(new DmaFaulted(IMPORTER, GONE.start(), false, "0x06 read", 12));
        agent.append(new DmaFaulted(IMPORTER, 0xffff_f000_0000_0000L, false, "0x06 read", 13));
        long end = agent.append(new DmaFaulted(SIBLING, BAR.start(), false, "0x02 context entry absent", 14));
        JsonNode faults = rest.ok("hosts/faulting/faults?wait=" + end).path("faults");
        assertThat(faults.valueStream().map(fault -> fault.path("kernelNanos").intValue()))
                .as("the newest first")
                .containsExactly(14, 13, 12, 11);
        JsonNode foreign = faults.path(0);
        assertThat(foreign.path("device").asString()).isEqualTo(SIBLING.toString());
        assertThat(foreign.has("context")).isFalse();
        assertThat(foreign.path("explanation").asString()).contains("in no context");
        JsonNode never = faults.path(1);
        assertThat(never.path("iova").asString()).isEqualTo("0xfffff00000000000");
        assertThat(never.path("context").asString()).isEqualTo("1-1");
        assertThat(never.has("mapping")).isFalse();
        assertThat(never.path("explanation").asString()).contains("no mapping that this agent made was ever there");
        JsonNode last = faults.path(2);
        assertThat(last.path("mapping").asString()).isEqualTo("faulting.1-2");
        assertThat(last.path("standing").booleanValue()).isFalse();
        assertThat(last.path("mappingState").asString()).isEqualTo("UNMAPPED");
        assertThat(last.path("mappingSince").path("position").longValue()).isGreaterThan(gone);
        assertThat(last.path("access").asString()).isEqualTo("read");
        JsonNode standing = faults.path(3);
        assertThat(standing.path("mapping").asString()).isEqualTo("faulting.1-1");
        assertThat(standing.path("standing").booleanValue()).isTrue();
        assertThat(standing.path("mappingState").asString()).isEqualTo("ACTIVE");
        assertThat(standing.path("access").asString()).isEqualTo("write");
        assertThat(standing.path("reason").asString()).isEqualTo("0x05 write");
    }

    @Test
    void faultsAreFoundByDeviceAndAddressAndCutShort() {
        Log.Agent agent = prepared("filtered");
        agent.append(new DmaFaulted(IMPORTER, 0xffff_f000_0000_0000L, true, "one", 1));
        agent.append(new DmaFaulted(IMPORTER, 0x1000, true, "two", 2));
        long end = agent.append(new DmaFaulted(EXPORTER, 0x1000, true, "three", 3));
        assertThat(reasons("filtered", "wait=" + end)).containsExactly("three", "two", "one");
        assertThat(reasons("filtered", "device=" + IMPORTER)).containsExactly("two", "one");
        assertThat(reasons("filtered", "iova=0x1000")).containsExactly("three", "two");
        assertThat(reasons("filtered", "iova=0xfffff00000000000")).containsExactly("one");
        assertThat(reasons("filtered", "iova=0x1000&device=" + IMPORTER)).containsExactly("two");
        assertThat(reasons("filtered", "limit=1")).containsExactly("three");
        assertThat(rest.ok("hosts/filtered/faults?limit=1").path("truncated").booleanValue())
                .isTrue();
        assertThat(rest.get("hosts/filtered/faults?iova=here").status()).isEqualTo(400);
        assertThat(rest.get("hosts/nowhere/faults").status()).isEqualTo(404);
    }

    @Test
    void regionsThatAreAllocatedAreListedWithTheMappingsOnThem() {
        Log.Agent agent = prepared("regions");
        agent.append(
                new RegionRequested("ring", 4 << 20, 2 << 20),
                new RegionAllocated(agent.next(), "ring", 0x7f00_0020_0000L));
        agent.append(
                new RegionRequested("gone", 4096, 0), new RegionAllocated(agent.next(), "gone", 0x7f00_1000_0000L));
        for (long number = 1; number <= 2; number++) {
            agent.append(
                    new MapRequested(
                            number,
                            1,
                            IovaRange.ofSize(number * 0x10_0000, 0x1000),
                            DmaAccess.READ,
                            new Backing.RegionRange("ring", 0, 0x7f00_0020_0000L)),
                    new Mapped(agent.next(), number));
        }
        long both = agent.append(
                new UnmapRequested(1, IovaRange.ofSize(0x10_0000, 0x1000), UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IovaRange.ofSize(0x10_0000, 0x1000), 0x1000));
        JsonNode regions = rest.ok("hosts/regions/regions?wait=" + both).path("regions");
        assertThat(regions.valueStream().map(region -> region.path("name").asString()))
                .containsExactly("gone", "ring");
        assertThat(regions.path(1).toString())
                .isEqualTo("{\"name\":\"ring\",\"size\":4194304,\"sizeText\":\"4 MiB\",\"hugePageBytes\":2097152,"
                        + "\"vaddr\":\"0x00007f0000200000\",\"mappings\":1}");
        long freed = agent.append(new RegionFreeRequested("gone"), new RegionFreed(agent.next(), "gone"));
        assertThat(rest.ok("hosts/regions/regions?wait=" + freed).path("regions"))
                .hasSize(1);
        long restarted = log.agent("regions", 2).append(Facts.epochBegan(Facts.BOOT));
        assertThat(rest.ok("hosts/regions/regions?wait=" + restarted).path("regions"))
                .as("memory of an agent that is gone")
                .isEmpty();
        assertThat(rest.get("hosts/nowhere/regions").status()).isEqualTo(404);
    }

    @Test
    void aContextThatEndedWithItsHostHasNeitherGroupsNorEntries() {
        prepared("rebooted");
        long rebooted = log.agent("rebooted", 2).append(Facts.epochBegan("another boot"));
        JsonNode context = rest.ok("hosts/rebooted/contexts?state=all&wait=" + rebooted)
                .path("contexts")
                .path(0);
        assertThat(context.path("state").asString()).isEqualTo("CLOSED");
        assertThat(context.path("groups").toString()).isEqualTo("[]");
        assertThat(context.has("entries")).isFalse();
    }

    @Test
    void whatIsOnlyAskedForTakesNoEntryAndWhatIsUnknownIsSaid() {
        Log.Agent agent = prepared("budget");
        Facts.mapMemory(agent, 1, BAR);
        Facts.mapBar(agent, 2, GONE);
        agent.append(
                new WithdrawalBegan(3, EXPORTER, EpisodeKind.FUNCTION_RESET, List.of(EXPORTER)),
                new UnmapRequested(1, GONE, UnmapReason.SUSPENSION, OptionalLong.of(3)),
                new Unmapped(agent.next() + 1, 1, GONE, GONE.size()));
        long asked = agent.append(new MapRequested(
                3, 1, IovaRange.ofSize(0x3_0000, 0x1000), DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)));
        assertThat(entries(asked)).isEqualTo("{\"limit\":65535,\"used\":1,\"reserved\":1,\"available\":65533}");
        long gone = log.agent("budget", 2).append(Facts.epochBegan(Facts.BOOT));
        assertThat(entries(gone))
                .isEqualTo("{\"limit\":65535,\"used\":0,\"reserved\":0,\"available\":65535,\"unknown\":3}");
    }

    private String entries(long position) {
        return rest.ok("hosts/budget/contexts?state=all&wait=" + position)
                .path("contexts")
                .path(0)
                .path("entries")
                .toString();
    }

    @Test
    void findingsAreListedNewestFirst() {
        Log.Agent agent = prepared("odd");
        long missed = agent.append(new FaultsMissed("dmar_fault: 312 callbacks suppressed"));
        long busy = agent.append(new GroupBusy(41, 4711, "qemu-system-x86"));
        JsonNode answer = rest.ok("hosts/odd/findings?wait=" + busy);
        assertThat(answer.path("truncated").booleanValue()).isFalse();
        assertThat(answer.path("findings").path(0).path("position").longValue()).isEqualTo(busy);
        assertThat(answer.path("findings").path(0).path("text").asString())
                .isEqualTo("host/odd/1: group 41 of the agent's former start is still held by 4711 qemu-system-x86");
        assertThat(answer.path("findings").path(1).path("position").longValue()).isEqualTo(missed);
        assertThat(answer.path("findings").path(1).path("text").asString())
                .isEqualTo("host/odd/1: DMA faults may be missing: dmar_fault: 312 callbacks suppressed");
        JsonNode cut = rest.ok("hosts/odd/findings?limit=1");
        assertThat(cut.path("findings")).hasSize(1);
        assertThat(cut.path("truncated").booleanValue()).isTrue();
        prepared("sound");
        assertThat(rest.ok("hosts/odd/findings").path("findings"))
                .as("none of another host's")
                .hasSize(2);
        assertThat(rest.get("hosts/nowhere/findings").status()).isEqualTo(404);
    }

    @Test
    void policiesInForceAreToldAndTheTaintStays() {
        Log.Agent agent = log.agent("ruled", 1);
        long began = agent.append(Facts.epochBegan(Facts.BOOT));
        assertThat(policies("ruled", began)).isEqualTo("leave leave unsafe sealed=false tainted=true");
        long strict = agent.append(new PoliciesChanged(Policies.DEFAULT));
        assertThat(policies("ruled", strict)).isEqualTo("drop suspend strict sealed=false tainted=true");
        assertThat(rest.get("hosts/nowhere/policies").status()).isEqualTo(404);
    }

    @Test
    void whatIsRefusedBeforeTheHostIsLookedAtSaysItsTaintToo() {
        long left = log.agent("weak", 1).append(Facts.epochBegan(Facts.BOOT));
        long kept = log.agent("strong", 1).append(Facts.epochBegan(Facts.BOOT, Policies.DEFAULT));
        rest.await(Math.max(left, kept));
        for (String refused : List.of(
                "hosts/HOST/contexts/1-9/mappings",
                "hosts/HOST/contexts/none/mappings",
                "hosts/HOST/contexts/1-9/mappings?iova=here",
                "hosts/HOST/findings?limit=0",
                "hosts/HOST/findings?wait=x",
                "hosts/HOST/no-such-list",
                "mappings/HOST.1-9",
                "mappings/HOST.1-nine/history",
                "resets/HOST.1-r9",
                "resets/HOST.1-nine",
                "alarms/HOST.a1/no-such-thing",
                "alarms?host=HOST&limit=none",
                "zombies?host=HOST&limit=none",
                "resets?host=HOST&device=x",
                "events?host=HOST&type=%20")) {
            assertTaint(refused.replace("HOST", "weak"), true);
            assertTaint(refused.replace("HOST", "strong"), false);
            assertThat(rest.get(refused.replace("HOST", "nowhere")).body().has("tainted"))
                    .as(refused)
                    .isFalse();
        }
    }

    private void assertTaint(String refused, boolean tainted) {
        Rest.Answer answer = rest.get(refused);
        assertThat(answer.status()).as(refused).isIn(400, 404);
        assertThat(answer.body().path("tainted").toString())
                .as("%s: %s", refused, answer.body())
                .isEqualTo(Boolean.toString(tainted));
    }

    private String policies(String host, long position) {
        JsonNode answer = rest.ok("hosts/" + host + "/policies?wait=" + position);
        assertThat(answer.path("position").longValue()).isGreaterThanOrEqualTo(position);
        return "%s %s %s sealed=%s tainted=%s"
                .formatted(
                        answer.path("onRelease").asString(),
                        answer.path("onReset").asString(),
                        answer.path("mmio").asString(),
                        answer.path("sealed").booleanValue(),
                        answer.path("tainted").booleanValue());
    }

    private List<String> reasons(String host, String query) {
        return rest.ok("hosts/" + host + "/faults?" + query)
                .path("faults")
                .valueStream()
                .map(fault -> fault.path("reason").asString())
                .toList();
    }
}
