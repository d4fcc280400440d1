package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.protocol.InstructionMessage;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** No instruction is made that its agent could not take in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstructionSizeTest {
    private static final int PATH_BYTES = 4000;
    private static final String PATH = "/" + "x".repeat(PATH_BYTES - 1);

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
            GatewayMessage message = agent.next();
            assertThat(message.getInstructed().getInstruction().getMapRanges().getRangesCount())
                    .isEqualTo(ranges);
            assertThat(message.getSerializedSize())
                    .isBetween(InstructionMessage.MOST_BYTES / 100 * 99, InstructionMessage.MOST_BYTES);
            agent.succeeded(4, Wire.uuid(message.getInstructed().getOperation()));
            assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(201);
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
        FakeAgent agent = rig.connect(host, 1, UUID.randomUUID());
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
