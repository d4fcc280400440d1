package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What the answers look like. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswersTest {
    private static final String MAPPINGS = "hosts/shapes/contexts/1-1/mappings";
    private static final String HIGH = "0xfffffffffffef000";

    private final Rest rest;
    private final Log log;
    private long end = -1;

    AnswersTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    @BeforeEach
    void prepare() {
        if (end < 0) {
            Log.Agent agent = log.agent("shapes", 1);
            Facts.prepare(agent, Facts.BOOT);
            Facts.mapBar(agent, 1, new IovaRange(0xffff_ffff_fffe_f000L, 0xffff_ffff_fffe_ffffL));
            Facts.mapMemory(agent, 2, new IovaRange(0x7fff_ffff_ffff_f000L, 0x7fff_ffff_ffff_ffffL));
            Facts.mapMemory(agent, 3, IovaRange.ofSize(0x1000, 0x3000));
            Facts.mapMemory(agent, 4, new IovaRange(0x8000_0000_0000_0000L, 0x8000_0000_0000_0fffL));
            end = agent.append(
                    new MapRequested(5, 1, IovaRange.ofSize(0x1000, 0x1000), DmaAccess.READ, new Backing.Memory(0x10)),
                    new Refused(agent.next(), new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EEXIST)));
            rest.await(end);
        }
    }

    @Test
    void sortsAndFindsAddressesAsUnsigned() {
        assertThat(iovas(MAPPINGS))
                .containsExactly("0x0000000000001000", "0x7ffffffffffff000", "0x8000000000000000", HIGH);
        assertThat(iovas(MAPPINGS + "?iova=0x8000000000000800")).containsExactly("0x8000000000000000");
        assertThat(iovas(MAPPINGS + "?iova=18446744073709481984")).containsExactly(HIGH);
        assertThat(iovas(MAPPINGS + "?iova=0x3fff-0x7ffffffffffff000"))
                .containsExactly("0x0000000000001000", "0x7ffffffffffff000");
        assertThat(iovas(MAPPINGS + "?iova=0x4000")).isEmpty();
        JsonNode cut = rest.ok(MAPPINGS + "?limit=2");
        assertThat(cut.path("mappings")).hasSize(2);
        assertThat(cut.path("truncated").booleanValue()).isTrue();
    }

    @Test
    void findsMappingsByState() {
        JsonNode refused = rest.ok(MAPPINGS + "?state=Refused,zombie").path("mappings");
        assertThat(refused).hasSize(1);
        assertThat(refused.path(0).path("refusal").toString())
                .isEqualTo("{\"call\":\"VFIO_IOMMU_MAP_DMA\",\"errno\":\"EEXIST\",\"number\":17}");
        assertThat(rest.ok(MAPPINGS + "?state=all").path("mappings")).hasSize(5);
    }

    @Test
    void saysWhatStandsInFormsThatReadersKnow() {
        JsonNode answer = rest.ok("mappings/shapes.1-1");
        assertThat(answer.propertyNames())
                .containsExactly(
                        "position",
                        "instant",
                        "fold",
                        "lagNanos",
                        "skewNanos",
                        "completeness",
                        "pinned",
                        "tainted",
                        "mapping");
        assertThat(answer.path("instant").asString()).isEqualTo("2026-01-01T01:00:00.023000000Z");
        JsonNode mapping = answer.path("mapping");
        assertThat(mapping.path("backing").toString())
                .isEqualTo("{\"bar\":{\"device\":\"0000:3b:00.0\",\"index\":2,"
                        + "\"offset\":\"0x0000000000001000\",\"physicalBase\":\"0x00000000c0001000\"}}");
        assertThat(mapping.path("access").asString()).isEqualTo("rw");
        assertThat(mapping.path("size").longValue()).isEqualTo(4096);
        assertThat(mapping.path("importers").toString()).isEqualTo("[\"0000:af:00.0\"]");
        assertThat(mapping.has("refusal")).isFalse();
        JsonNode device = rest.ok("hosts/shapes/devices").path("devices").path(0);
        assertThat(device.path("vendor").asString()).isEqualTo("0x15b3");
        assertThat(device.path("classCode").asString()).isEqualTo("0x020000");
        assertThat(device.path("context").asString()).isEqualTo("1-1");
        assertThat(device.path("bars").path(0).path("sizeText").asString()).isEqualTo("32 MiB");
        JsonNode host = rest.ok("hosts")
                .path("hosts")
                .valueStream()
                .filter(one -> one.path("id").asString().equals("shapes"))
                .findFirst()
                .orElseThrow();
        assertThat(host.path("counts").toString())
                .isEqualTo("{\"devices\":3,\"contexts\":1,\"mappings\":4,\"zombies\":0,\"exposureUnknown\":0}");
    }

    @Test
    void showsTheLogEntryByEntry() {
        UUID id = UUID.randomUUID();
        Instruction instruction = new Instruction.AttachDevice(new ContextId(1, 1), PciAddress.parse("0000:3b:00.1"));
        StreamId target = new StreamId(new HostId("shapes"), 1);
        long position = log.append(new OperationRequested(id, target, "somebody", instruction, 1_000_000_000L));
        // An event of an operation is nothing to the projection, which passes it all the same.
        rest.await(position);
        JsonNode requested = rest.ok("events?wait=" + position + "&after=" + (position - 1))
                .path("events")
                .path(0);
        assertThat(requested.path("type").asString()).isEqualTo("operation.requested");
        assertThat(requested.path("fact").path("instruction").toString())
                .isEqualTo("{\"attachDevice\":{\"context\":\"1-1\",\"device\":\"0000:3b:00.1\"}}");
        assertThat(requested.path("fact").path("expiryNanos").asString()).isEqualTo("1970-01-01T00:00:01.000000000Z");
        JsonNode first = rest.ok("events?host=shapes&type=mapping.map-requested&limit=1");
        assertThat(first.path("events").path(0).path("wall").asString()).isEqualTo("2026-01-01T01:00:00.014000000Z");
        assertThat(first.path("events").path(0).path("fact").toString())
                .isEqualTo("{\"mapping\":1,\"context\":1,"
                        + "\"iova\":{\"start\":\"0xfffffffffffef000\",\"last\":\"0xfffffffffffeffff\"},"
                        + "\"access\":\"READ_WRITE\",\"backing\":{\"barRange\":{\"exporter\":\"0000:3b:00.0\","
                        + "\"index\":2,\"offset\":\"0x0000000000001000\",\"physicalBase\":\"0x00000000c0001000\"}}}");
        assertThat(first.path("next")).isEqualTo(first.path("events").path(0).path("position"));
        JsonNode none = rest.ok("events?host=shapes&type=mapping.unmapped");
        assertThat(none.path("events")).isEmpty();
        assertThat(none.path("next")).isEqualTo(none.path("position"));
    }

    private List<String> iovas(String path) {
        return rest.ok(path)
                .path("mappings")
                .valueStream()
                .map(mapping -> mapping.path("iova").asString())
                .toList();
    }

    @Test
    void theEventsOfAHostComeInTheOrderOfTheLogWhateverStreamTheyStandIn() {
        Log.Agent first = log.agent("streams", 1);
        Facts.prepare(first, Facts.BOOT);
        Log.Agent second = log.agent("streams", 2);
        second.append(Facts.epochBegan(Facts.BOOT));
        log.agent("streams-too", 1).append(Facts.epochBegan(Facts.BOOT));
        first.append(new FaultsMissed("late"));
        long end = second.append(Facts.discovered(Facts.EXPORTER, Facts.EXPORTER_GROUP));
        List<Long> positions = new ArrayList<>();
        long after = 0;
        JsonNode page;
        do {
            page = rest.ok("events?host=streams&limit=3&wait=" + end + "&after=" + after);
            page.path("events")
                    .forEach(event -> positions.add(event.path("position").longValue()));
            after = page.path("next").longValue();
        } while (page.path("events").size() == 3);
        List<Long> expected = rest.ok("events?limit=1000&after=" + (positions.getFirst() - 1))
                .path("events")
                .valueStream()
                .filter(event -> event.path("stream").asString().startsWith("host/streams/"))
                .map(event -> event.path("position").longValue())
                .toList();
        assertThat(positions).isEqualTo(expected);
        assertThat(rest.ok("events?host=streams&type=host.faults-missed").path("events"))
                .hasSize(1);
        assertThat(rest.ok("events?host=streams&after=" + end).path("events")).isEmpty();
    }
}
