package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A kernel's refusal to map, as the client reads it: what is in the way or used a budget up, and ways out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MapRefusalTest {
    private static final PciAddress NIC = CommandSideRig.DEVICE;
    private static final long MEMORY = 0x7f00_0000_0000L;
    private static final String ONE_PAGE =
            "{\"iova\":\"0x100000\",\"size\":4096,\"access\":\"rw\",\"backing\":{\"memory\":{}}}";

    private CommandSideRig rig;

    @BeforeAll
    void start(@TempDir Path directory) {
        rig = new CommandSideRig(directory);
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @Test
    void fullOfEntriesTellsWhatUsesThemAndThreeWaysOut() throws Exception {
        try (FakeAgent agent = connect("entries", -1)) {
            mapped(agent, 8, 1, 0x1000, new Backing.Memory(MEMORY));
            mapped(agent, 10, 2, 0x2000, new Backing.Memory(MEMORY + 0x1000));
            mapped(agent, 12, 3, 0x3000, new Backing.BarRange(NIC, 0, 0, 0x1000_0000));
            mapped(agent, 14, 4, 0x4000, new Backing.RegionRange("pool", 0x1000, MEMORY));
            mapped(agent, 16, 5, 0x6000, new Backing.RegionRange("pool", 0x2000, MEMORY));
            Reply reply = refused("entries", agent, 18, Errno.ENOSPC, ONE_PAGE);
            assertThat(reply.text("likelyCause"))
                    .isEqualTo("the context holds as many mappings as the kernel allows (dma_entry_limit, 65535)");
            assertThat(reply.text("cure")).contains("merge adjacent mappings").contains("module parameter");
            assertThat(reply.text("detail")).startsWith("VFIO_IOMMU_MAP_DMA answered ENOSPC (28). Likely cause: the");
            assertThat(reply.body().path("budget").toString())
                    .isEqualTo("{\"what\":\"mapping entries of context 1-1\",\"limit\":5,\"used\":5,"
                            + "\"usedBy\":{\"BAR 0 of 0000:02:00.0\":1,\"memory\":2,\"region pool\":2},\"asked\":1}");
            assertThat(waysOut(reply)).hasSize(3);
            assertThat(waysOut(reply).getFirst())
                    .startsWith("merge neighbours: 1 of the 5 entries continue the one before");
            assertThat(waysOut(reply).get(1)).contains("huge pages");
            assertThat(waysOut(reply).get(2)).contains("dma_entry_limit", "a further context");
            assertThat(reply.body().has("inTheWay")).isFalse();
            Reply polled = rig.get("operations/" + reply.text("operation")).get(15, TimeUnit.SECONDS);
            assertThat(polled.body().path("budget")).isEqualTo(reply.body().path("budget"));
            assertThat(waysOut(polled)).isEqualTo(waysOut(reply));
            assertThat(polled.body().path("explainedAtPosition").longValue()).isPositive();
            assertThat(polled.body().path("tainted").booleanValue()).isTrue();
        }
    }

    @Test
    void fullOfLockedMemoryTellsWhoseItIsAndThreeWaysOut() throws Exception {
        try (FakeAgent agent = connect("locked", 8_388_608)) {
            mapped(agent, 8, 1, 0x1000, new Backing.Memory(MEMORY));
            mapped(agent, 10, 2, 0x2000, new Backing.BarRange(NIC, 0, 0, 0x1000_0000));
            mapped(agent, 12, 3, 0x3000, new Backing.FileRange("/dev/mem", 0, MEMORY, true));
            agent.send(14, new ContextOpenRequested(2), new ContextOpened(14, 2, ContextKind.TYPE1));
            agent.send(
                    16,
                    new MapRequested(4, 2, IovaRange.ofSize(0, 0x1000), DmaAccess.READ, new Backing.Memory(MEMORY)),
                    new Mapped(16, 4));
            agent.storedBelow(18);
            Reply reply = refused("locked", agent, 18, Errno.ENOMEM, ONE_PAGE);
            assertThat(reply.text("likelyCause"))
                    .isEqualTo("the agent's limit of locked memory (RLIMIT_MEMLOCK) is reached");
            assertThat(reply.text("cure")).isEqualTo("raise LimitMEMLOCK of the agent, or unmap something");
            JsonNode budget = reply.body().path("budget");
            assertThat(budget.path("what").asString()).startsWith("memory locked for DMA (RLIMIT_MEMLOCK)");
            assertThat(budget.path("limitBytes").longValue()).isEqualTo(8_388_608);
            assertThat(budget.path("usedBytes").longValue())
                    .as("neither a BAR nor device memory is charged, memory once for each context")
                    .isEqualTo(8192);
            assertThat(budget.path("usedBytesByContext").toString()).isEqualTo("{\"1-1\":4096,\"1-2\":4096}");
            assertThat(waysOut(reply)).hasSize(3);
            assertThat(waysOut(reply).getFirst()).contains("LimitMEMLOCK=", "CAP_IPC_LOCK", "out of memory");
            assertThat(waysOut(reply).get(1)).startsWith("unmap what is not needed");
            assertThat(waysOut(reply).get(2)).startsWith("let devices share one context");
        }
    }

    @Test
    void anAgentWithoutALimitSaysSo() throws Exception {
        try (FakeAgent agent = connect("unlimited", -1)) {
            Reply reply = refused("unlimited", agent, 8, Errno.ENOMEM, ONE_PAGE);
            assertThat(reply.body().path("budget").path("limitBytes").asString())
                    .isEqualTo("unlimited");
            assertThat(reply.body().path("budget").path("usedBytes").longValue())
                    .isZero();
        }
    }

    @Test
    void whatIsInTheWayIsNamed() throws Exception {
        try (FakeAgent agent = connect("overlap", -1)) {
            mapped(agent, 8, 1, 0x10_0000, new Backing.BarRange(NIC, 0, 0, 0x1000_0000));
            Reply reply = refused("overlap", agent, 10, Errno.EEXIST, ONE_PAGE);
            assertThat(reply.text("likelyCause")).isEqualTo("the range overlaps a mapping that is already there");
            assertThat(reply.text("cure")).contains("?iova=").contains("unmap the one in the way");
            assertThat(reply.body().path("inTheWay").toString())
                    .isEqualTo("[{\"mapping\":\"overlap.1-1\",\"iova\":\"0x0000000000100000\",\"size\":4096,"
                            + "\"state\":\"ACTIVE\",\"backing\":\"BAR 0 of 0000:02:00.0\"}]");
            assertThat(reply.body().has("inTheWayNote")).isFalse();
            assertThat(reply.body().has("budget")).isFalse();
        }
    }

    @Test
    void ofManyInTheWaySomeAreNamedAndAllCounted() throws Exception {
        try (FakeAgent agent = connect("many", -1)) {
            for (int i = 0; i < 12; i++) {
                mapped(agent, 8 + 2 * i, 1 + i, 0x10_0000 + i * 0x1000L, new Backing.Memory(MEMORY));
            }
            Reply reply = refused(
                    "many",
                    agent,
                    32,
                    Errno.EEXIST,
                    "{\"iova\":\"0x100000\",\"size\":49152,\"access\":\"rw\",\"backing\":{\"memory\":{}}}");
            assertThat(reply.body().path("inTheWay")).hasSize(10);
            assertThat(reply.text("inTheWayNote")).isEqualTo("the first 10 of 12 mappings in the way");
        }
    }

    @Test
    void rangesOfARequestThatOverlapEachOtherAreToldFromWhatStands() throws Exception {
        try (FakeAgent agent = connect("itself", -1)) {
            Reply reply = refused("itself", agent, 8, Errno.EEXIST, "{\"ranges\":[" + ONE_PAGE + "," + ONE_PAGE + "]}");
            assertThat(reply.body().path("inTheWay")).isEmpty();
            assertThat(reply.text("inTheWayNote"))
                    .isEqualTo("no mapping that this service knows of:"
                            + " ranges[0] at [0x0000000000100000, 0x0000000000100fff] and"
                            + " ranges[1] at [0x0000000000100000, 0x0000000000100fff] of the request itself overlap");
        }
    }

    @Test
    void aMappingInTheWayOfSeveralRangesIsNamedOnce() throws Exception {
        try (FakeAgent agent = connect("once", -1)) {
            mapped(agent, 8, 1, 0x10_0000, new Backing.Memory(MEMORY));
            Reply reply = refused("once", agent, 10, Errno.EEXIST, "{\"ranges\":[" + ONE_PAGE + "," + ONE_PAGE + "]}");
            assertThat(reply.body().path("inTheWay")).hasSize(1);
            assertThat(reply.body().has("inTheWayNote")).isFalse();
        }
    }

    @Test
    void whatTheAgentKnowsForCertainStandsInsteadOfLikelyCauses() throws Exception {
        try (FakeAgent agent = connect("certain", -1)) {
            Reply reply = refused(
                    "certain",
                    agent,
                    8,
                    new Circumstances(
                            "ranges[0] at R", "it does not lie inside A", "choose one that does", "B stays", ""),
                    Errno.EINVAL,
                    ONE_PAGE);
            assertThat(reply.text("detail"))
                    .isEqualTo(
                            "VFIO_IOMMU_MAP_DMA answered EINVAL (22) for ranges[0] at R. Cause: it does not lie inside"
                                    + " A. What to do: choose one that does. What stands now: B stays.");
            assertThat(reply.text("refused")).isEqualTo("ranges[0] at R");
            assertThat(reply.text("likelyCause")).isEqualTo("it does not lie inside A");
            assertThat(reply.body().path("causeIsCertain").booleanValue()).isTrue();
            assertThat(reply.text("cure")).isEqualTo("choose one that does");
            assertThat(reply.text("left")).isEqualTo("B stays");
            Reply polled = rig.get("operations/" + reply.text("operation")).get(15, TimeUnit.SECONDS);
            assertThat(polled.text("refused")).isEqualTo("ranges[0] at R");
            assertThat(polled.text("left")).isEqualTo("B stays");
        }
    }

    @Test
    void whatTheAgentCouldRuleOutIsNotAmongTheLikelyCauses() throws Exception {
        try (FakeAgent agent = connect("ruled-out", -1)) {
            Circumstances known =
                    Circumstances.ofRefused("range R").perhaps("the machine is out of memory", "free some");
            Reply reply = refused("ruled-out", agent, 8, known, Errno.ENOMEM, ONE_PAGE);
            assertThat(reply.text("detail"))
                    .isEqualTo(
                            "VFIO_IOMMU_MAP_DMA answered ENOMEM (12) for range R. Likely cause: the machine is out of"
                                    + " memory. What to do: free some.");
            assertThat(reply.text("likelyCause")).isEqualTo("the machine is out of memory");
            assertThat(reply.body().path("causeIsCertain").booleanValue()).isFalse();
        }
    }

    @Test
    void aRangeThatIsNamedWithoutACauseKeepsTheLikelyOnes() throws Exception {
        try (FakeAgent agent = connect("likely", -1)) {
            Reply reply =
                    refused("likely", agent, 8, Circumstances.ofRefused("ranges[0] at R"), Errno.EINVAL, ONE_PAGE);
            assertThat(reply.text("detail"))
                    .startsWith("VFIO_IOMMU_MAP_DMA answered EINVAL (22) for ranges[0] at R. Likely cause: ");
            assertThat(reply.body().path("causeIsCertain").booleanValue()).isFalse();
            assertThat(reply.body().has("left")).isFalse();
        }
    }

    /** A context of one group with five entries, and its device open: facts 2 to 7. */
    private FakeAgent connect(String host, long memoryLockLimit) {
        FakeAgent agent = rig.connect(host, 1, UUID.randomUUID(), memoryLockLimit);
        agent.send(
                2,
                new ContextOpenRequested(1),
                new ContextOpened(2, 1, ContextKind.TYPE1),
                new GroupAttachRequested(1, 1),
                new GroupAttached(4, 1, 1, 0x1000, List.of(IovaRange.ALL), 5),
                new DeviceOpenRequested(1, NIC),
                new DeviceOpened(6, 1, NIC, MemoryDecoding.ON));
        agent.storedBelow(8);
        return agent;
    }

    private static void mapped(FakeAgent agent, long sequence, long number, long iova, Backing backing) {
        IovaRange range = IovaRange.ofSize(iova, 0x1000);
        agent.send(
                sequence,
                new MapRequested(number, 1, range, DmaAccess.READ_WRITE, backing),
                new Mapped(sequence, number));
        agent.storedBelow(sequence + 2);
    }

    private Reply refused(String host, FakeAgent agent, long sequence, Errno errno, String body) throws Exception {
        return refused(host, agent, sequence, Circumstances.UNKNOWN, errno, body);
    }

    private Reply refused(
            String host, FakeAgent agent, long sequence, Circumstances circumstances, Errno errno, String body)
            throws Exception {
        CompletableFuture<Reply> answer = rig.post("hosts/" + host + "/contexts/1-1/mappings", body);
        UUID operation = agent.instructed();
        KernelEvidence evidence = new KernelEvidence("VFIO_IOMMU_MAP_DMA", errno);
        agent.send(
                sequence,
                new MapRequested(
                        99, 1, IovaRange.ofSize(0x10_0000, 0x1000), DmaAccess.READ_WRITE, new Backing.Memory(MEMORY)),
                new Refused(sequence, evidence),
                new InstructionEnded(
                        operation,
                        Outcome.REFUSED,
                        Optional.of(new Refusal.ByKernel(evidence, circumstances)),
                        Figures.NONE));
        Reply reply = answer.get(15, TimeUnit.SECONDS);
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.text("type")).isEqualTo("/problems/kernel-refused");
        assertThat(reply.text("errno")).isEqualTo(errno.symbol());
        return reply;
    }

    private static List<String> waysOut(Reply reply) {
        return reply.body()
                .path("waysOut")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }
}
