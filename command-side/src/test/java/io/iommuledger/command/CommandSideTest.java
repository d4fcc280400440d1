package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

/** Operations and ingest between REST, a real PostgreSQL and an agent's end of the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandSideTest {
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
    void anOperationEndsWhenTheAgentsFactIsStored() throws Exception {
        try (FakeAgent agent = rig.connect("plain", 1, UUID.randomUUID())) {
            CompletableFuture<Reply> answer = rig.openContext("plain");
            UUID operation = agent.instructed();
            agent.succeeded(2, operation);
            Reply reply = answer.get(15, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.text("operation")).isEqualTo(operation.toString());
            assertThat(reply.text("context")).isEqualTo("1-1");
            long position = reply.body().path("position").asLong();
            assertThat(rig.log().between(position - 1, position, 1).getFirst().type())
                    .isEqualTo("host.instruction-ended");
        }
    }

    @Test
    void aRefusalOfARequestShowsTheFieldThatIsWrongAsItWasGiven() {
        Reply nothing = rig.put("hosts/none/policies", "{\"onRelease\":null}").join();
        assertThat(nothing.status()).isEqualTo(400);
        assertThat(nothing.text("detail"))
                .isEqualTo("body is '{\"onRelease\":null}'; expected at least one of onRelease, onReset and mmio with a"
                        + " value other than null");
        Reply both = rig.delete("hosts/none/contexts/1-1/mappings?all=true&iova=0x1000")
                .join();
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.text("field")).isEqualTo("iova");
        assertThat(both.text("detail"))
                .isEqualTo("iova is '0x1000'; expected nothing beside all=true; give all=true, or iova and size");
    }

    @Test
    void aBodyThatNobodyWouldReadIsRefused() {
        for (String request : List.of(
                "POST mappings/none.1-1/restore",
                "POST hosts/none/contexts",
                "DELETE hosts/none/contexts/1-1",
                "DELETE hosts/none/contexts/1-1/devices/0000:3b:00.0",
                "DELETE hosts/none/contexts/1-1/mappings?all=true",
                "DELETE hosts/none/regions/ring",
                "DELETE hosts/none/key",
                "POST alarms/none.a1/acknowledgement")) {
            String[] parts = request.split(" ", 2);
            Reply refused = rig.send(parts[0], parts[1], "{\"force\":true}").join();
            assertThat(refused.status()).as(request).isEqualTo(400);
            assertThat(refused.text("detail"))
                    .as(request)
                    .isEqualTo(
                            "force is 'true'; expected no body, or an object without fields: this request takes none");
            assertThat(rig.send(parts[0], parts[1], "{}").join().status())
                    .as(request)
                    .isIn(404, 503);
        }
    }

    @Test
    void aKernelThatTakesItsTimeIsPolledForAndSurvivesARestartOfTheCommandSide() throws Exception {
        UUID instance = UUID.randomUUID();
        String operation;
        try (FakeAgent agent = rig.connect("slow", 1, instance)) {
            Reply reply = rig.openContext("slow").get(20, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.text("outcome")).isEqualTo("pending");
            assertThat(reply.body().path("tainted").booleanValue()).isTrue();
            assertThat(reply.body().path("position").asLong(-1)).isPositive();
            operation = reply.text("operation");
            assertThat(agent.instructed()).hasToString(operation);
        }
        rig.restart();
        try (FakeAgent agent = rig.dial("slow", 1, instance)) {
            assertThat(agent.welcomed()).isEqualTo(2);
            assertThat(agent.instructed())
                    .as("asked again, for the agent to answer once")
                    .hasToString(operation);
            agent.succeeded(2, UUID.fromString(operation));
            awaitOutcome(operation, "succeeded");
        }
    }

    @Test
    void anOperationOfAnEpochThatIsOverEndsUnknown() throws Exception {
        CompletableFuture<Reply> answer;
        try (FakeAgent agent = rig.connect("dying", 1, UUID.randomUUID())) {
            answer = rig.openContext("dying");
            agent.instructed();
        }
        try (FakeAgent next = rig.connect("dying", 2, UUID.randomUUID())) {
            Reply reply = answer.get(15, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text("type")).endsWith("outcome-unknown");
            assertThat(reply.text("outcome")).isEqualTo("unknown");
            assertThat(next.received).as("never sent to a later epoch").isEmpty();
        }
    }

    @Test
    void theKernelsAnswersTellWhatAnAgentDidNotLiveToSay() throws Exception {
        CompletableFuture<Reply> answer;
        try (FakeAgent agent = rig.connect("killed", 1, UUID.randomUUID())) {
            answer = rig.openContext("killed");
            UUID operation = agent.instructed();
            agent.sendOf(operation, 2, new ContextOpenRequested(7), new ContextOpened(2, 7, ContextKind.TYPE1));
            agent.storedBelow(4);
        }
        try (FakeAgent next = rig.connect("killed", 2, UUID.randomUUID())) {
            Reply reply = answer.get(15, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.text("outcome")).isEqualTo("succeeded");
            assertThat(reply.text("context")).isEqualTo("1-7");
            assertThat(reply.text("reason")).contains("its agent ended before it said so");
            assertThat(next.ended).isNotDone();
        }
    }

    @Test
    void anEndThatIsStoredCountsThoughTheEpochIsOverWhenTheRequestIsRead() throws Exception {
        UUID operation;
        try (FakeAgent agent = rig.connect("late", 1, UUID.randomUUID())) {
            rig.operations().shutDown();
            CompletableFuture<Reply> answer = rig.openContext("late");
            operation = requested("late");
            agent.succeeded(2, operation);
            agent.storedBelow(3);
            try (FakeAgent next = rig.connect("late", 2, UUID.randomUUID())) {
                rig.operations().start();
                awaitOutcome(operation.toString(), "succeeded");
                assertThat(answer.get(15, TimeUnit.SECONDS).text("outcome")).isIn("succeeded", "pending");
                assertThat(next.ended).isNotDone();
            }
        }
        List<String> life = new ArrayList<>();
        rig.log().readStream("operation/" + operation, Long.MAX_VALUE, entry -> life.add(entry.type()));
        assertThat(life).containsExactly(EventTypes.OPERATION_REQUESTED, EventTypes.OPERATION_ENDED);
    }

    /** The only operation that a host was asked for, once it is stored. */
    private UUID requested(String host) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            for (EventLog.Entry entry : rig.log().between(-1, Long.MAX_VALUE, 10_000)) {
                if (entry.type().equals(EventTypes.OPERATION_REQUESTED)
                        && OperationCodec.decode(entry.payload()) instanceof OperationRequested requested
                        && requested.target().host().value().equals(host)) {
                    return requested.operation();
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("nothing was requested of " + host);
    }

    @Test
    void theLastFactsOfAnEpochThatIsOverAreTakenUntilANewerOneSpeaks() throws Exception {
        UUID instance = UUID.randomUUID();
        CompletableFuture<CommandSideRig.Reply> answer;
        UUID operation;
        try (FakeAgent agent = rig.connect("remainder", 1, instance)) {
            answer = rig.openContext("remainder");
            operation = agent.instructed();
        }
        try (FakeAgent later = rig.dialWithRemainder("remainder", 1, instance)) {
            assertThat(later.welcomed()).isEqualTo(2);
            CommandSideRig.Reply refused = rig.openContext("remainder").get(15, TimeUnit.SECONDS);
            while (refused.status() == 202) {
                // the server has not noticed yet that the line is dead
                refused = rig.openContext("remainder").get(15, TimeUnit.SECONDS);
            }
            assertThat(refused.text("type")).endsWith("agent-not-connected");
            later.succeeded(2, operation);
            assertThat(later.storedBelow(3)).as("and no instruction comes").isEqualTo(3);
            assertThat(answer.get(15, TimeUnit.SECONDS).text("outcome")).isEqualTo("succeeded");
        }
        try (FakeAgent next = rig.connect("remainder", 2, UUID.randomUUID());
                FakeAgent late = rig.dialWithRemainder("remainder", 1, instance)) {
            assertThat(late.end().getDescription()).contains("epoch 2 has taken over");
            assertThat(next.ended).isNotDone();
        }
    }

    @Test
    void anOlderEpochAndAClonedAgentAreFenced() throws Exception {
        try (FakeAgent newer = rig.connect("fenced", 5, UUID.randomUUID());
                FakeAgent older = rig.dial("fenced", 4, UUID.randomUUID());
                FakeAgent clone = rig.dial("fenced", 5, UUID.randomUUID())) {
            assertThat(older.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(older.end().getDescription()).contains("epoch 5 has taken over");
            assertThat(clone.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(clone.end().getDescription()).contains("another instance");
            assertThat(newer.ended).isNotDone();
        }
    }

    @Test
    void aNewerEpochIsLetInWhenWhatTheOlderOneSentIsStored() throws Exception {
        try (FakeAgent older = rig.connect("overlap", 1, UUID.randomUUID());
                Connection connection = rig.asOwner();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE event IN EXCLUSIVE MODE");
            older.send(2, new ContextOpenRequested(1));
            awaitBlockedAppend(statement);
            try (FakeAgent newer = rig.dial("overlap", 2, UUID.randomUUID())) {
                assertThat(newer.received.poll(500, TimeUnit.MILLISECONDS)).isNull();
                connection.rollback();
                assertThat(newer.welcomed()).isZero();
                assertThat(rig.lastSequence(CommandSideRig.stream("overlap", 1)))
                        .isEqualTo(2);
                older.send(3, new ContextOpenRequested(1));
                assertThat(older.end().getCode()).isIn(Status.Code.FAILED_PRECONDITION, Status.Code.ABORTED);
            }
        }
        assertThat(rig.lastSequence(CommandSideRig.stream("overlap", 1))).isEqualTo(2);
    }

    private static void awaitBlockedAppend(Statement statement) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        boolean blocked;
        do {
            assertThat(System.nanoTime()).isLessThan(deadline);
            try (ResultSet row = statement.executeQuery(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'event'::regclass)")) {
                row.next();
                blocked = row.getBoolean(1);
            }
        } while (!blocked);
    }

    @Test
    void whatIsSentAgainStandsOnceAndAGapIsRefused() throws Exception {
        UUID instance = UUID.randomUUID();
        StreamId stream = CommandSideRig.stream("again", 1);
        try (FakeAgent agent = rig.connect("again", 1, instance)) {
            agent.send(2, new ContextOpenRequested(1));
            agent.send(2, new ContextOpenRequested(1), new EpochEnded());
            assertThat(agent.storedBelow(4)).isEqualTo(4);
            agent.send(3, new EpochEnded());
            assertThat(agent.storedBelow(4)).isEqualTo(4);
            agent.send(6, new EpochEnded());
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(agent.end().getDescription()).contains("wanted sequence 4, got 6");
        }
        assertThat(rig.lastSequence(stream)).isEqualTo(3);
        try (FakeAgent back = rig.dial("again", 1, instance)) {
            assertThat(back.welcomed()).isEqualTo(4);
        }
    }

    @Test
    void aPlaceBeyondAllNumbersIsAGap() throws Exception {
        try (FakeAgent agent = rig.connect("beyond", 1, UUID.randomUUID())) {
            agent.sendAs(-1, 1, new EpochEnded(), new EpochEnded(), new EpochEnded(), new EpochEnded());
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(agent.end().getDescription()).contains("wanted sequence 2, got 18446744073709551615");
        }
        assertThat(rig.lastSequence(CommandSideRig.stream("beyond", 1))).isEqualTo(1);
    }

    @Test
    void anAgentThatEndsWhatNobodyAskedForStopsNobodyElse() throws Exception {
        try (FakeAgent rogue = rig.connect("rogue", 1, UUID.randomUUID());
                FakeAgent honest = rig.connect("honest", 1, UUID.randomUUID())) {
            rogue.succeeded(2, UUID.randomUUID());
            rogue.storedBelow(3);
            CompletableFuture<Reply> answer = rig.openContext("honest");
            honest.succeeded(2, honest.instructed());
            assertThat(answer.get(15, TimeUnit.SECONDS).status()).isEqualTo(201);
        }
    }

    @Test
    void aRecordThatLiesAboutItsPlaceIsRefused() throws Exception {
        try (FakeAgent agent = rig.connect("liar", 1, UUID.randomUUID())) {
            agent.send(2);
            agent.storedBelow(2);
            agent.sendAs(2, 7, new EpochEnded());
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(rig.lastSequence(CommandSideRig.stream("liar", 1))).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadBeginsNoEpoch() throws Exception {
        try (FakeAgent agent = rig.dial("garbled", 1, UUID.randomUUID())) {
            assertThat(agent.welcomed()).isZero();
            agent.sendRecords(0, List.of(ByteString.copyFrom(new byte[] {(byte) 0xff, 1, 2})));
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(agent.end().getDescription()).contains("is not the beginning of its epoch");
        }
        assertThat(rig.log().epochs(new HostId("garbled"))).isEmpty();
    }

    @Test
    void aHostWhoseAgentHungUpIsNotAskedForAnything() throws Exception {
        try (FakeAgent agent = rig.connect("gone", 1, UUID.randomUUID())) {
            assertThat(agent.ended).isNotDone();
        }
        long before = rig.log().head();
        Reply reply = rig.openContext("gone").get(15, TimeUnit.SECONDS);
        while (reply.status() == 202) {
            // the server has not noticed yet that the line is dead
            before = rig.log().head();
            reply = rig.openContext("gone").get(15, TimeUnit.SECONDS);
        }
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.text("type")).endsWith("agent-not-connected");
        assertThat(rig.log().head()).as("nothing half done").isEqualTo(before);
    }

    private void awaitOutcome(String operation, String outcome) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Reply reply;
        do {
            reply = rig.get("operations/" + operation).get(15, TimeUnit.SECONDS);
            assertThat(System.nanoTime()).as(reply.body().toString()).isLessThan(deadline);
        } while (!reply.text("outcome").equals(outcome));
    }
}
