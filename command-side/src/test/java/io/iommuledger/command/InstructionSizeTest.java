package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.ResetPlan;
import io.iommuledger.protocol.InstructionMessage;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** No instruction is made that its agent could not take in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstructionSizeTest {
    private static final long PATIENCE_SECONDS = 60;

    private static final int PATH_BYTES = 4000;
    private static final String PATH = "/" + "x".repeat(PATH_BYTES - 1);

    private final Set<String> asItWas = new HashSet<>();
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
    void aRequestThatTheAgentCouldNotTakeInIsRefusedBeforeAnythingIsStored() throws Exception {
        try (FakeAgent agent = connect("large")) {
            long before = rig.log().head();
            Reply reply = map("large", InstructionMessage.MOST_BYTES / PATH_BYTES + 1);
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.text("type")).isEqualTo("/problems/instruction-too-large");
            assertThat(reply.body().path("limitBytes").intValue()).isEqualTo(InstructionMessage.MOST_BYTES);
            int bytes = reply.body().path("bytes").intValue();
            assertThat(bytes).isGreaterThan(InstructionMessage.MOST_BYTES);
            assertThat(reply.text("detail"))
                    .contains(bytes + " bytes long", "an agent takes 16777216", "several requests");
            assertThat(rig.log().head()).isEqualTo(before);
            assertThat(agent.received).isEmpty();
        }
    }

    @Test
    void aRequestThatTheAgentCanJustTakeInReachesIt() throws Exception {
        try (FakeAgent agent = connect("fitting")) {
            int ranges = InstructionMessage.MOST_BYTES / (PATH_BYTES + 40);
            CompletableFuture<Reply> answer = asked("fitting", ranges);
            FakeAgent.Told told = agent.told();
            assertThat(((Instruction.Map) told.instruction()).ranges()).hasSize(ranges);
            assertThat(told.messageBytes())
                    .hasSize(16)
                    .allMatch(bytes -> bytes <= InstructionMessage.MOST_MESSAGE_BYTES);
            agent.succeeded(4, told.operation());
            assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(201);
            assertRecordsAreShort();
        }
    }

    @Test
    void oneLongListIsTakenInAtATime() throws Exception {
        try (FakeAgent agent = connect("crowded")) {
            int ranges = (2 << 20) / PATH_BYTES;
            CompletableFuture<Reply> first = asked("crowded", ranges);
            FakeAgent.Told told = agent.told();
            Reply second = map("crowded", ranges);
            assertThat(second.status()).isEqualTo(429);
            assertThat(second.text("type")).isEqualTo("/problems/too-many");
            agent.succeeded(4, told.operation());
            assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(201);
            assertThat(agent.storedBelow(5)).isEqualTo(5);
            CompletableFuture<Reply> third = asked("crowded", ranges);
            agent.succeeded(5, agent.told().operation());
            assertThat(third.get(20, TimeUnit.SECONDS).status()).isEqualTo(201);
        }
    }

    @Test
    void aRequestInManyEventsIsSentWholeAgainAfterTheCommandSideHasStartedAnew() throws Exception {
        UUID instance = UUID.randomUUID();
        FakeAgent.Told first;
        try (FakeAgent agent = connect("again", instance)) {
            CompletableFuture<Reply> lost = asked("again", 2_000);
            first = agent.told();
            assertThat(first.messageBytes()).hasSizeGreaterThan(2);
            assertThat(lost).isNotDone();
        }
        rig.restart();
        try (FakeAgent agent = rig.dial("again", 1, instance)) {
            assertThat(agent.welcomed()).isEqualTo(4);
            FakeAgent.Told again = agent.told();
            assertThat(again.operation()).isEqualTo(first.operation());
            assertThat(again.instruction()).isEqualTo(first.instruction());
            assertThat(shown(first.operation()).text("outcome")).isEqualTo("pending");
            agent.succeeded(4, first.operation());
            agent.storedBelow(5);
            Reply shown = shown(first.operation());
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (shown.text("outcome").equals("pending")) {
                assertThat(System.nanoTime()).as("%s", shown).isLessThan(deadline);
                Thread.sleep(20);
                shown = shown(first.operation());
            }
            assertThat(shown.text("outcome")).isEqualTo("succeeded");
            assertThat(shown.text("instruction")).isEqualTo("Map");
        }
    }

    /** As the log had it before records had a limit. */
    @Test
    void aRequestThatIsOneLongEventIsStillCarriedOut() throws Exception {
        UUID operation = UUID.randomUUID();
        UUID instance = UUID.randomUUID();
        connect("old", instance).close();
        List<MapRange> ranges = LongStream.range(0, 65_535)
                .mapToObj(i -> new MapRange(
                        IovaRange.ofSize(i << 13, 1 << 12), DmaAccess.READ, new BackingRequest.NewMemory(0)))
                .toList();
        Instruction map = new Instruction.Map(new ContextId(1, 1), ranges, false);
        asItWas.add("operation/" + operation);
        rig.restartAfter(
                new OperationRequested(operation, CommandSideRig.stream("old", 1), "somebody", map, Long.MAX_VALUE));
        try (FakeAgent agent = rig.dial("old", 1, instance)) {
            assertThat(agent.welcomed()).isEqualTo(4);
            FakeAgent.Told told = agent.told();
            assertThat(told.operation()).isEqualTo(operation);
            assertThat(told.instruction()).isEqualTo(map);
            assertThat(shown(operation).text("instruction")).isEqualTo("Map");
        }
    }

    @Test
    void listsThatAnAgentToldInPartsAreAnsweredWhole() throws Exception {
        try (FakeAgent agent = connect("wide")) {
            CompletableFuture<Reply> answer = rig.post(
                    "hosts/wide/devices/" + CommandSideRig.DEVICE + "/resets?dryRun=true", "{\"method\":\"hot\"}");
            List<PlannedDevice> devices = IntStream.range(0, 4_096)
                    .mapToObj(i -> new PlannedDevice(PciAddress.unpack(i), i, PlannedDevice.Owner.PROCESS, i + " qemu"))
                    .toList();
            ResetPlan plan = new ResetPlan(devices, Policies.OnReset.SUSPEND, List.of(), 0, Optional.empty());
            InstructionEnded end = new InstructionEnded(
                    agent.told().operation(), Outcome.SUCCEEDED, Optional.empty(), Figures.NONE.withPlan(plan));
            assertThat(agent.sendWhole(4, end)).isGreaterThan(6);
            Reply reply = answer.get(20, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body().toString()).contains(PciAddress.unpack(0).toString(), "4095 qemu");
            UUID operation = UUID.fromString(reply.text("operation"));
            assertThat(shown(operation).body().toString())
                    .contains(PciAddress.unpack(0).toString(), "4095 qemu");
            assertRecordsAreShort();
        }
    }

    private Reply shown(UUID operation) throws Exception {
        return rig.get("operations/" + operation).get(20, TimeUnit.SECONDS);
    }

    private void assertRecordsAreShort() {
        long head = rig.log().head();
        long position = 0;
        while (position < head) {
            List<StoredRecord> records = rig.log().records(position, head, 100);
            for (StoredRecord record : records) {
                assertThat(asItWas.contains(record.stream()) || record.encoded().length <= StoredRecord.MOST_BYTES)
                        .as("%s %d", record.stream(), record.sequence())
                        .isTrue();
            }
            position = records.getLast().position();
        }
    }

    @Test
    void aPathThatNoKernelTakesIsRefusedByName() throws Exception {
        try (FakeAgent agent = connect("paths")) {
            Reply reply = rig.post("hosts/paths/contexts/1-1/mappings", "{" + range(0, PATH + "y".repeat(96)) + "}")
                    .get(20, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text("field")).isEqualTo("backing.file.path");
            assertThat(reply.text("detail")).contains("at most 4095 bytes");
            assertThat(agent.received).isEmpty();
        }
    }

    private FakeAgent connect(String host) {
        return connect(host, UUID.randomUUID());
    }

    private FakeAgent connect(String host, UUID instance) {
        FakeAgent agent = rig.connect(host, 1, instance);
        agent.send(2, new ContextOpenRequested(1), new ContextOpened(2, 1, ContextKind.TYPE1));
        agent.storedBelow(4);
        return agent;
    }

    private Reply map(String host, int ranges) throws Exception {
        return asked(host, ranges).get(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<Reply> asked(String host, int ranges) {
        String list = IntStream.range(0, ranges)
                .mapToObj(i -> "{" + range(0x1000L * i, PATH) + "}")
                .collect(Collectors.joining(","));
        return rig.post("hosts/" + host + "/contexts/1-1/mappings", "{\"ranges\":[" + list + "]}");
    }

    private static String range(long iova, String path) {
        return "\"iova\":" + iova + ",\"size\":4096,\"access\":\"rw\",\"backing\":{\"file\":{\"path\":\"" + path
                + "\"}}";
    }
}
