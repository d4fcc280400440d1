package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a rule to what it removes, over REST, with checkpoints of a log that grows. */
class RetentionTest {
    private static final long NOW = System.currentTimeMillis() * 1_000_000;
    private static final long OLD = NOW - TimeUnit.DAYS.toNanos(3);

    @Test
    void whatNoRuleKeepsGoesOnceThatIsSignedAndWhatIsHeldStays(@TempDir Path directory) throws Exception {
        try (CommandSideRig rig = new CommandSideRig(
                directory.resolve("data"),
                "ledger.proof.state=" + directory.resolve("state"),
                "ledger.proof.every-seconds=1")) {
            fault(rig, 1, "ret-a", 0, OLD);
            fault(rig, 2, "ret-a", 1, OLD);
            fault(rig, 3, "ret-b", 0, OLD);
            fault(rig, 4, "ret-a", 2, NOW);
            fault(rig, 5, "ret-b", 1, NOW);
            fault(rig, 6, "ret-c", 0, OLD);
            rig.restart();

            refused(rig.put("retention/rules/faults", rule("dma-faults", 10)).join(), "keepSeconds");
            refused(rig.put("retention/rules/faults", rule("mappings", 86_400)).join(), "eventClass");
            refused(
                    rig.put("retention/rules/Faults", rule("dma-faults", 86_400))
                            .join(),
                    "rule");
            refused(rig.post("retention/holds", "{\"hosts\":[\"ret-b\"]}").join(), "reason");
            refused(
                    rig.post("retention/holds", "{\"reason\":\"r\",\"fromPosition\":4,\"toPosition\":3}")
                            .join(),
                    "toPosition");
            Reply nothing = rig.post("retention/removals", "").join();
            assertThat(nothing.body().path("removals").size()).as("no rule").isZero();

            Reply set = rig.put("retention/rules/faults", rule("dma-faults", 86_400))
                    .join();
            assertThat(set.status()).as(set.body().toString()).isEqualTo(200);
            Reply second = rig.put("retention/rules/others", rule("dma-faults", 172_800))
                    .join();
            assertThat(second.status()).isEqualTo(409);
            assertThat(second.text("type")).isEqualTo("/problems/class-has-rule");
            Reply held = rig.post("retention/holds", "{\"reason\":\"case 4711\",\"hosts\":[\"ret-b\"]}")
                    .join();
            assertThat(held.status()).as(held.body().toString()).isEqualTo(201);
            String hold = held.text("hold");

            Reply plan = awaitPlan(rig, 2, 1);
            assertThat(plan.body()
                            .path("removals")
                            .path(0)
                            .path("positions")
                            .path(0)
                            .asString())
                    .isEqualTo("1-2");
            assertThat(types(rig)).containsExactly("retention.rule-set", "retention.hold-placed");

            Reply removed = rig.post("retention/removals", "").join();
            assertThat(removed.body().path("removals").path(0).path("records").asInt())
                    .as(removed.body().toString())
                    .isEqualTo(2);
            // It is stored; whoever comes next does it.
            rig.restart();
            awaitGone(rig, 1);
            awaitGone(rig, 2);
            assertThat(payload(rig, 3)).isNotEmpty();
            assertThat(payload(rig, 4)).isNotEmpty();
            assertThat(types(rig)).endsWith("retention.hold-placed", "retention.removed");

            refused(rig.post("retention/holds/" + hold + "/release", "{}").join(), "reason");
            assertThat(rig.post("retention/holds/none/release", "{\"reason\":\"x\"}")
                            .join()
                            .status())
                    .isEqualTo(404);
            for (int again = 0; again < 2; again++) {
                Reply released = rig.post("retention/holds/" + hold + "/release", "{\"reason\":\"settled\"}")
                        .join();
                assertThat(released.body().path("released").path("reason").asString())
                        .isEqualTo("settled");
            }
            assertThat(rig.get("retention/holds").join().body().path("holds").size())
                    .isEqualTo(1);
            rig.post("retention/removals", "").join();
            awaitGone(rig, 3);
            assertThat(payload(rig, 6)).as("the newest of its stream").isNotEmpty();

            assertThat(rig.delete("retention/rules/faults").join().status()).isEqualTo(200);
            assertThat(rig.delete("retention/rules/faults").join().status()).isEqualTo(404);
            assertThat(rig.get("retention/rules").join().body().path("rules").size())
                    .isZero();
            assertThat(types(rig)).endsWith("retention.hold-released", "retention.removed", "retention.rule-removed");
        }
    }

    @Test
    void anAgentThatBringsARemovedFactAgainIsKnownAndOneThatBringsAnotherIsNot(@TempDir Path directory)
            throws Exception {
        UUID instance = UUID.randomUUID();
        DmaFaulted fault = new DmaFaulted(PciAddress.parse("0000:3b:00.0"), 0x1000, true, "reason", 1);
        List<ByteString> recorded = List.of(
                FakeAgent.encoded(0, FakeAgent.beginning(instance)),
                FakeAgent.encoded(1, fault),
                FakeAgent.encoded(2, new ContextOpenRequested(7)));
        try (CommandSideRig rig = new CommandSideRig(directory)) {
            try (FakeAgent agent = rig.dial("ret-again", 1, instance)) {
                assertThat(agent.welcomed()).isZero();
                agent.sendRecords(0, recorded);
                assertThat(agent.next().getStored().getNextSequence()).isEqualTo(3);
            }
            remove(rig, CommandSideRig.stream("ret-again", 1).toString(), 1);
            rig.restart();
            try (FakeAgent agent = rig.dial("ret-again", 1, instance)) {
                assertThat(agent.welcomed()).isEqualTo(3);
                agent.sendRecords(0, recorded);
                assertThat(agent.next().getStored().getNextSequence()).isEqualTo(3);
                agent.sendRecords(1, List.of(FakeAgent.encoded(1, new ContextOpenRequested(8))));
                assertThat(agent.end().getDescription()).contains("fact 1 of ").contains("stored with another content");
            }
        }
    }

    /** As the database's function leaves a record, of whatever age. */
    private static void remove(CommandSideRig rig, String stream, long sequence) throws Exception {
        StoredRecord record = rig.log().records(stream, sequence, sequence + 1).getFirst();
        String leaf =
                HexFormat.of().formatHex(new TreeHasher().leaf(record.encoded()).bytes());
        try (Connection connection = rig.asOwner();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE event DISABLE TRIGGER event_append_only");
            statement.execute("UPDATE event SET payload = '' WHERE position = " + record.position());
            statement.execute("ALTER TABLE event ENABLE TRIGGER event_append_only");
            statement.execute(
                    "INSERT INTO removed_payload (type, position, stream, leaf_hash, rule, removal) VALUES ('host.dma-faulted', "
                            + record.position() + ", '" + stream + "', decode('" + leaf + "', 'hex'), 'faults', "
                            + (record.position() + 1) + ")");
        }
    }

    private static String rule(String eventClass, long keepSeconds) {
        return "{\"eventClass\":\"" + eventClass + "\",\"keepSeconds\":" + keepSeconds + "}";
    }

    private static void refused(Reply reply, String field) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(400);
        assertThat(reply.text("field")).isEqualTo(field);
    }

    /** Until a checkpoint has the records. */
    private static Reply awaitPlan(CommandSideRig rig, int records, int held) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Reply plan;
        JsonNode removal;
        do {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
            plan = rig.post("retention/removals?dryRun=true", "").join();
            removal = plan.body().path("removals").path(0);
        } while (removal.path("records").asInt() != records
                || removal.path("held").asInt() != held);
        return plan;
    }

    private static void awaitGone(CommandSideRig rig, long position) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (payload(rig, position).length > 0) {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static byte[] payload(CommandSideRig rig, long position) {
        return rig.log().at(List.of(position)).getFirst().payload();
    }

    private static List<String> types(CommandSideRig rig) {
        return rig.jdbc()
                .sql("SELECT type FROM event_log WHERE stream = 'retention' ORDER BY sequence")
                .query(String.class)
                .list();
    }

    /** As an agent of long ago would have brought it. */
    private static void fault(CommandSideRig rig, long position, String host, long sequence, long storedAt)
            throws Exception {
        DmaFaulted fault = new DmaFaulted(PciAddress.parse("0000:3b:00.0"), position, true, "reason", storedAt);
        try (Connection connection = rig.asOwner();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO event (position, stream, sequence, stream_type, type, stored_at, event_id, payload)"
                                + " VALUES (?, ?, ?, 'Host', ?, ?, ?, ?)")) {
            insert.setLong(1, position);
            insert.setString(2, "host/" + host + "/1");
            insert.setLong(3, sequence);
            insert.setString(4, EventTypes.of(fault));
            insert.setLong(5, storedAt);
            insert.setObject(6, UUID.randomUUID());
            insert.setBytes(
                    7,
                    FactCodec.encode(
                            new RecordedFact(new Stamp(sequence, storedAt, storedAt, Optional.empty()), fault)));
            insert.executeUpdate();
        }
    }
}
