package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Operations of which what was asked for is removed, over REST. */
class RemovedRequestTest {
    private static final long OLD = System.currentTimeMillis() * 1_000_000 - TimeUnit.DAYS.toNanos(3);
    private static final UUID ENDED = new UUID(0x0198_0000_0000_7000L, 1);
    private static final UUID OPEN = new UUID(0x0198_0000_0000_7000L, 2);

    @Test
    void itIsStillAnsweredWhoAskedForWhatAndWhatCameOfIt(@TempDir Path directory) throws Exception {
        try (CommandSideRig rig = new CommandSideRig(
                directory.resolve("data"),
                "ledger.proof.state=" + directory.resolve("state"),
                "ledger.proof.every-seconds=1")) {
            insert(rig, 1, 0, request(ENDED));
            insert(rig, 2, 1, new OperationEnded(ENDED, Outcome.SUCCEEDED, Optional.empty(), Figures.NONE, 4711, ""));
            insert(rig, 3, 0, request(OPEN));
            rig.restart();
            JsonNode before = operation(rig);
            assertThat(before.path("instruction").asString()).isEqualTo("Unmap");

            rig.put("retention/rules/asked", "{\"eventClass\":\"operations\",\"keepSeconds\":86400}")
                    .join();
            String hold = rig.post("retention/holds", "{\"reason\":\"case\",\"hosts\":[\"quite-another\"]}")
                    .join()
                    .text("hold");
            await(() -> plan(rig).path("held").asInt() == 1);
            assertThat(plan(rig).path("records").asInt())
                    .as("it may be about any host")
                    .isZero();
            rig.post("retention/holds/" + hold + "/release", "{\"reason\":\"settled\"}")
                    .join();
            JsonNode removal = rig.post("retention/removals", "")
                    .join()
                    .body()
                    .path("removals")
                    .path(0);
            assertThat(removal.path("positions").path(0).asString()).isEqualTo("1");
            assertThat(removal.path("records").asInt())
                    .as("what has no end stays")
                    .isEqualTo(1);
            await(() -> rig.log().at(List.of(1L)).getFirst().payload().length == 0);

            assertThat(digest(rig))
                    .as("the event has what is kept in its digest")
                    .isEqualTo(HexFormat.of()
                            .formatHex(Sha256.begun()
                                    .digest(Sha256.begun().digest(left(rig).encoded()))));
            assertAnsweredAsBefore(rig, before);
            rig.restart();
            assertAnsweredAsBefore(rig, before);
            assertRepeatIsAnswered(rig);
        }
    }

    private static void assertAnsweredAsBefore(CommandSideRig rig, JsonNode before) {
        JsonNode after = operation(rig);
        before.properties()
                .forEach(member -> assertThat(after.path(member.getKey()))
                        .as(member.getKey())
                        .isEqualTo(member.getValue()));
        assertThat(after.path("removed").path("rule").asString()).isEqualTo("asked");
        assertThat(after.path("removed").path("at").asLong()).isPositive();
    }

    /** A key is known longer than a payload may be kept. */
    private static void assertRepeatIsAnswered(CommandSideRig rig) throws Exception {
        try (FakeAgent agent = rig.connect("asked", 1, UUID.randomUUID())) {
            var first = rig.postAs("hosts/asked/contexts", "", "k-1");
            GatewayMessage message = agent.next();
            while (!message.hasInstructed()) {
                message = agent.next();
            }
            agent.succeeded(2, Wire.uuid(message.getInstructed().getOperation()));
            first.get(15, TimeUnit.SECONDS);
            rig.jdbc()
                    .sql("UPDATE idempotency_key SET operation = :operation WHERE key = 'k-1'")
                    .param("operation", ENDED)
                    .update();
            Reply again = rig.postAs("hosts/asked/contexts", "", "k-1").get(15, TimeUnit.SECONDS);
            assertThat(again.status()).as(again.body().toString()).isEqualTo(201);
            assertThat(again.text("operation")).isEqualTo(ENDED.toString());
            assertThat(agent.received).noneMatch(GatewayMessage::hasInstructed);
        }
    }

    private static JsonNode operation(CommandSideRig rig) {
        Reply reply = rig.get("operations/" + ENDED).join();
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        return reply.body();
    }

    private static JsonNode plan(CommandSideRig rig) {
        return rig.post("retention/removals?dryRun=true", "")
                .join()
                .body()
                .path("removals")
                .path(0);
    }

    private static StoredRecord left(CommandSideRig rig) {
        return rig.log().records(List.of(1L)).getFirst();
    }

    private static String digest(CommandSideRig rig) {
        byte[] event = rig.jdbc()
                .sql("SELECT payload FROM event_log WHERE type = 'retention.removed'")
                .query((row, number) -> row.getBytes(1))
                .single();
        return ((PayloadsRemoved) RetentionCodec.decode(event)).digest();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static OperationRequested request(UUID operation) {
        return new OperationRequested(
                operation,
                new StreamId(new HostId("asked"), 1),
                "somebody",
                new Instruction.Unmap(new ContextId(1, 1), IovaRange.ALL),
                1);
    }

    /** As it was stored long ago. */
    private static void insert(CommandSideRig rig, long position, long sequence, OperationEvent event)
            throws Exception {
        try (Connection connection = rig.asOwner();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO event (position, stream, sequence, stream_type, type, stored_at, event_id, payload)"
                                + " VALUES (?, ?, ?, 'OperationAggregate', ?, ?, ?, ?)")) {
            insert.setLong(1, position);
            insert.setString(2, "operation/" + event.operation());
            insert.setLong(3, sequence);
            insert.setString(4, EventTypes.of(event));
            insert.setLong(5, OLD);
            insert.setObject(6, UUID.randomUUID());
            insert.setBytes(7, OperationCodec.encode(event));
            insert.executeUpdate();
        }
    }
}
