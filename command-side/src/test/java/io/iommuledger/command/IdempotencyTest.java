package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A request that comes again under its key is answered, and not carried out again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyTest {
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
    void aRepeatHasTheFirstAnswerAlsoAfterARestartAndWithoutItsAgent() throws Exception {
        Reply first;
        try (FakeAgent agent = rig.connect("again", 1, UUID.randomUUID())) {
            CompletableFuture<Reply> answer = open("again", "k-1");
            UUID operation = instructed(agent);
            Reply meanwhile = open("again", "k-1").get(15, TimeUnit.SECONDS);
            assertThat(meanwhile.status()).isEqualTo(202);
            assertThat(meanwhile.text("operation")).isEqualTo(operation.toString());
            agent.succeeded(2, operation);
            first = answer.get(15, TimeUnit.SECONDS);
            assertThat(first.status()).isEqualTo(201);
            assertThat(open("again", "k-1").get(15, TimeUnit.SECONDS)).isEqualTo(first);
            assertThat(agent.received).as("asked once").noneMatch(GatewayMessage::hasInstructed);
        }
        rig.restart();
        assertThat(open("again", "k-1").get(15, TimeUnit.SECONDS)).isEqualTo(first);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() throws Exception {
        try (FakeAgent agent = rig.connect("other", 1, UUID.randomUUID())) {
            CompletableFuture<Reply> answer = open("other", "k-2");
            UUID operation = instructed(agent);
            agent.succeeded(2, operation);
            answer.get(15, TimeUnit.SECONDS);
            Reply refused = rig.postAs("hosts/other/regions", "{\"name\":\"ring\",\"size\":4096}", "k-2")
                    .get(15, TimeUnit.SECONDS);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.text("type")).endsWith("idempotency-key-reused");
            assertThat(refused.text("operation")).isEqualTo(operation.toString());
            Reply body = rig.postAs("hosts/other/contexts", "{}", "k-2").get(15, TimeUnit.SECONDS);
            assertThat(body.status()).as("a body of other bytes").isEqualTo(422);
            assertThat(rig.postAs("hosts/other/contexts", "", "white space")
                            .get(15, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(400);
            Reply two = rig.postAs("hosts/other/contexts", "", "k-5", "k-6").get(15, TimeUnit.SECONDS);
            assertThat(two.status()).isEqualTo(400);
            assertThat(two.text("field")).isEqualTo("Idempotency-Key");
            assertThat(two.text("value")).isEqualTo("k-5, k-6");
            assertThat(agent.received).noneMatch(GatewayMessage::hasInstructed);
        }
    }

    @Test
    void ofManyAtOnceOneIsCarriedOut() throws Exception {
        try (FakeAgent agent = rig.connect("many", 1, UUID.randomUUID())) {
            List<CompletableFuture<Reply>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(open("many", "k-3"));
            }
            UUID operation = instructed(agent);
            agent.succeeded(2, operation);
            for (CompletableFuture<Reply> answer : answers) {
                Reply reply = answer.get(15, TimeUnit.SECONDS);
                assertThat(reply.status()).isIn(201, 202);
                assertThat(reply.text("operation")).isEqualTo(operation.toString());
            }
            assertThat(agent.received).noneMatch(GatewayMessage::hasInstructed);
            assertThat(rig.jdbc()
                            .sql("SELECT count(*) FROM event_log WHERE stream LIKE 'operation/%' AND type ="
                                    + " 'operation.requested' AND stream = :stream")
                            .param("stream", "operation/" + operation)
                            .query(Long.class)
                            .single())
                    .isEqualTo(1);
        }
    }

    @Test
    void aKeyThatWasClaimedJustBeforeACrashStillStandsForNothingElse() throws Exception {
        UUID claimed = UUID.fromString("01980000-0000-7000-8000-0000000000aa");
        try (FakeAgent agent = rig.connect("crashed", 1, UUID.randomUUID())) {
            CompletableFuture<Reply> before = open("crashed", "k-4");
            agent.succeeded(2, instructed(agent));
            before.get(15, TimeUnit.SECONDS);
            rig.jdbc()
                    .sql("UPDATE idempotency_key SET operation = :operation WHERE key = 'k-4'")
                    .param("operation", claimed)
                    .update();
            CompletableFuture<Reply> answer = open("crashed", "k-4");
            assertThat(instructed(agent)).isEqualTo(claimed);
            agent.succeeded(3, claimed);
            assertThat(answer.get(15, TimeUnit.SECONDS).text("operation")).isEqualTo(claimed.toString());
        }
    }

    private CompletableFuture<Reply> open(String host, String key) {
        return rig.postAs("hosts/" + host + "/contexts", "", key);
    }

    private static UUID instructed(FakeAgent agent) {
        GatewayMessage message = agent.next();
        while (!message.hasInstructed()) {
            message = agent.next();
        }
        return Wire.uuid(message.getInstructed().getOperation());
    }
}
