package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.command.FakeAgent.As;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.Signing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who may speak for a host, between operators over REST, a real PostgreSQL, and agents' ends of the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnrolmentTest {
    private CommandSideRig rig;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Signed(long first, long last, String key, byte[] signature) {}

    @BeforeAll
    void start(@TempDir Path directory) {
        rig = new CommandSideRig(directory);
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @Test
    void anAgentIsRefusedUntilAnOperatorEnrolsItsKey() throws Exception {
        TestKey key = TestKey.fresh();
        As agent = as("new", 1).with(key);
        for (int again = 0; again < 3; again++) {
            try (FakeAgent refused = rig.dialUnknown(agent)) {
                assertThat(refused.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
                assertThat(refused.end().getDescription())
                        .contains(key.fingerprint(), "iommu-ledger enrol new " + key.fingerprint());
            }
        }
        assertThat(rig.alarms("new")).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(AlarmKind.KEY_NOT_ENROLLED);
            assertThat(alarm.subject()).isEqualTo(key.fingerprint());
        });
        assertThat(timesSeen("new")).as("counted, not stored each time").isEqualTo(3);
        Reply before = rig.get("hosts/new/key").join();
        assertThat(before.body().has("enrolled")).isFalse();
        assertThat(before.body().path("waiting").path(0).path("fingerprint").asString())
                .isEqualTo(key.fingerprint());

        rig.enrol("new", key);
        try (FakeAgent welcome = rig.dialUnknown(agent.inSession(100))) {
            assertThat(welcome.welcomed()).isZero();
        }
        assertThat(rig.alarms("new"))
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.end().orElseThrow().why()).isEqualTo("the key was enrolled"));
        Reply after = rig.get("hosts/new/key").join();
        assertThat(after.body().path("enrolled").path("publicKey").asString())
                .isEqualTo(key.known().base64());
        assertThat(after.body().path("machineId").asString()).isEqualTo(FakeAgent.MACHINE);
        assertThat(types("enrolment/new"))
                .containsExactly("enrolment.alarm-raised", "enrolment.key-enrolled", "enrolment.agent-admitted");
    }

    @Test
    void whoIsEnrolledIsStillAfterARestartAndAnotherKeyIsNot() throws Exception {
        try (FakeAgent agent = rig.dial(as("kept", 1))) {
            assertThat(agent.welcomed()).isZero();
        }
        rig.restart();
        try (FakeAgent agent = rig.dialUnknown(as("kept", 2));
                FakeAgent stranger = rig.dialUnknown(as("kept", 3).with(TestKey.fresh()))) {
            assertThat(agent.welcomed()).isZero();
            assertThat(stranger.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(stranger.end().getDescription())
                    .contains("another key is enrolled for host kept, " + TestKey.USUAL.fingerprint());
            assertThat(agent.ended).isNotDone();
        }
    }

    @Test
    void aProofIsOfItsOwnNonceHostEpochAndKeyOnly() throws Exception {
        rig.enrol("proof", TestKey.USUAL);
        As agent = as("proof", 1);
        AtomicReference<ByteString> said = new AtomicReference<>(ByteString.EMPTY);
        try (FakeAgent heard = rig.dialUnknown(agent, nonce -> {
            said.set(agent.proof(nonce));
            return said.get();
        })) {
            assertThat(heard.welcomed()).isZero();
            assertUnauthenticated(rig.dialUnknown(agent, nonce -> said.get()));
            assertUnauthenticated(rig.dialUnknown(agent, as("proof", 2)::proof));
            assertUnauthenticated(rig.dialUnknown(agent, as("other", 1)::proof));
            assertUnauthenticated(rig.dialUnknown(agent, agent.on("elsewhere")::proof));
            assertUnauthenticated(rig.dialUnknown(
                    agent, nonce -> TestKey.fresh().sign(Signing.challenge(nonce, agent.hello()))));
            assertUnauthenticated(rig.dialUnknown(agent, nonce -> ByteString.EMPTY));
            assertUnauthenticated(rig.dialUnknown(agent, nonce -> ByteString.copyFrom(new byte[64])));
            assertThat(heard.ended).as("nobody was let in in its place").isNotDone();
        }
    }

    @Test
    void aReplacedKeyEndsItsSessionAndIsKeptWithItsPeriod() throws Exception {
        TestKey next = TestKey.fresh();
        try (FakeAgent agent = rig.connect("replaced", 1, UUID.randomUUID())) {
            rig.enrol("replaced", next);
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(agent.end().getDescription()).contains(next.fingerprint());
        }
        Reply answer = rig.get("hosts/replaced/key").join();
        assertThat(answer.body().path("former").path(0).path("publicKey").asString())
                .isEqualTo(TestKey.USUAL.known().base64());
        assertThat(answer.body().path("former").path(0).path("until").asString())
                .isEqualTo(answer.body().path("enrolled").path("since").asString());
        try (FakeAgent agent = rig.dialUnknown(as("replaced", 2).with(next))) {
            assertThat(agent.welcomed()).isZero();
            assertThat(rig.delete("hosts/replaced/key").join().status()).isEqualTo(200);
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
        assertThat(rig.delete("hosts/replaced/key").join().status()).isEqualTo(404);
    }

    @Test
    void anotherMachineWithTheKeyIsRefusedUntilTheMoveIsConfirmedAndThenTheOldOneIs() throws Exception {
        UUID instance = UUID.randomUUID();
        try (FakeAgent old = rig.connect("moved", 1, instance)) {
            As elsewhere = as("moved", 2).on("elsewhere");
            try (FakeAgent refused = rig.dialUnknown(elsewhere)) {
                assertThat(refused.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
                assertThat(refused.end().getDescription())
                        .contains("host moved is machine 'machine'", "runs on 'elsewhere'", "hosts/moved/moves");
            }
            assertThat(rig.alarms("moved")).singleElement().satisfies(alarm -> {
                assertThat(alarm.kind()).isEqualTo(AlarmKind.OTHER_MACHINE);
                assertThat(alarm.subject()).isEqualTo("elsewhere");
            });
            assertThat(old.ended).isNotDone();
            assertThat(rig.post("hosts/moved/moves", "{\"machineId\":\"elsewhere\"}")
                            .join()
                            .status())
                    .isEqualTo(200);
            assertThat(old.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            try (FakeAgent moved = rig.dialUnknown(elsewhere);
                    FakeAgent late = rig.dialUnknown(as("moved", 3))) {
                assertThat(moved.welcomed()).isZero();
                assertThat(late.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
                assertThat(moved.ended).isNotDone();
            }
        }
        assertThat(rig.alarms("moved").getFirst().end().orElseThrow().why()).isEqualTo("the move was confirmed");
    }

    @Test
    void whatALaterStartOnTheNewMachineBringsOfTheOldOneIsTaken() throws Exception {
        UUID instance = UUID.randomUUID();
        StreamId stream = CommandSideRig.stream("carried", 1);
        try (FakeAgent old = rig.connect("carried", 1, instance)) {
            assertThat(old.ended).isNotDone();
        }
        String elsewhere = "0123456789abcdef0123456789abcdef";
        assertThat(rig.post("hosts/carried/moves", "{\"machineId\":\"" + elsewhere + "\"}")
                        .join()
                        .status())
                .isEqualTo(200);
        try (FakeAgent later =
                rig.dialUnknown(As.agent(stream, instance).on(elsewhere).withRemainder())) {
            assertThat(later.welcomed()).isEqualTo(2);
            later.send(2, new ContextOpenRequested(1));
            assertThat(later.storedBelow(3)).isEqualTo(3);
        }
    }

    @Test
    void anEpochBeginsByTheInstanceAndOnTheMachineThatHelloNames() throws Exception {
        try (FakeAgent agent = rig.dial(as("beginning", 1))) {
            agent.sendRecords(0, List.of(FakeAgent.encoded(0, FakeAgent.beginning(UUID.randomUUID()))));
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(agent.end().getDescription()).contains("first fact");
        }
        UUID instance = UUID.randomUUID();
        try (FakeAgent agent = rig.dial(As.agent(CommandSideRig.stream("beginning", 2), instance))) {
            agent.sendRecords(0, List.of(FakeAgent.encoded(0, FakeAgent.beginning(instance))));
            assertThat(agent.storedBelow(1)).isOne();
        }
        assertThat(rig.lastSequence(CommandSideRig.stream("beginning", 1))).isEqualTo(-1);
    }

    @Test
    void factsThatTheKeyDidNotSignAreRefusedWithAnAlarmAndNothingOfThemIsStored() throws Exception {
        StreamId stream = CommandSideRig.stream("tampered", 1);
        List<ByteString> honest = List.of(
                FakeAgent.encoded(2, new ContextOpenRequested(1)), FakeAgent.encoded(3, new ContextOpenRequested(2)));
        List<ByteString> changed = List.of(honest.getFirst(), FakeAgent.encoded(3, new ContextOpenRequested(3)));
        byte[] message = Signing.batch(
                stream, 2, honest.stream().map(ByteString::toByteArray).toList());
        UUID instance = UUID.randomUUID();
        try (FakeAgent agent = rig.connect("tampered", 1, instance)) {
            agent.sendRecords(2, changed, TestKey.USUAL.sign(message));
            assertUnauthenticated(agent);
        }
        for (ByteString signature : List.of(ByteString.EMPTY, TestKey.fresh().sign(message))) {
            try (FakeAgent agent = rig.dial("tampered", 1, instance)) {
                agent.sendRecords(2, honest, signature);
                assertUnauthenticated(agent);
            }
        }
        try (FakeAgent agent = rig.dial("tampered", 1, instance)) {
            agent.sendRecords(2, honest.subList(0, 1), TestKey.USUAL.sign(message));
            assertUnauthenticated(agent);
        }
        assertThat(rig.lastSequence(stream)).isEqualTo(1);
        Alarm alarm = rig.alarms("tampered").getFirst();
        assertThat(rig.alarms("tampered")).hasSize(1);
        assertThat(alarm.kind()).isEqualTo(AlarmKind.BAD_SIGNATURE);

        Reply acknowledged = rig.post("alarms/tampered.a1/acknowledgement", "").join();
        assertThat(acknowledged.status()).isEqualTo(200);
        assertThat(acknowledged.text("id")).isEqualTo("tampered.a1");
        assertThat(acknowledged.text("kind")).isEqualTo("BAD_SIGNATURE");
        assertThat(acknowledged.body().path("open").asBoolean(true)).isFalse();
        assertThat(acknowledged.body().path("ended").path("why").asString()).isEqualTo("acknowledged");
        assertThat(rig.alarms("tampered").getFirst().end().orElseThrow().why()).isEqualTo("acknowledged");
        assertThat(rig.post("alarms/tampered.a2/acknowledgement", "").join().status())
                .isEqualTo(404);
        try (FakeAgent agent = rig.dial("tampered", 1, instance)) {
            agent.sendRecords(2, changed, TestKey.USUAL.sign(message));
            assertUnauthenticated(agent);
        }
        assertThat(rig.alarms("tampered")).as("it happened again").hasSize(2);
        try (FakeAgent agent = rig.dial("tampered", 1, instance)) {
            agent.sendRecords(2, honest, TestKey.USUAL.sign(message));
            assertThat(agent.storedBelow(4)).isEqualTo(4);
        }
    }

    @Test
    void everyFactsSignatureIsVerifiedFromWhatIsStoredAloneHoweverItCame() throws Exception {
        StreamId stream = CommandSideRig.stream("verified", 1);
        try (FakeAgent agent = rig.connect("verified", 1, UUID.randomUUID())) {
            agent.send(2, new ContextOpenRequested(1), new ContextOpenRequested(2));
            agent.send(2, new ContextOpenRequested(1), new ContextOpenRequested(2));
            agent.send(3, new ContextOpenRequested(2), new ContextOpenRequested(3), new ContextOpenRequested(4));
            agent.storedBelow(6);
        }
        Reply answer = rig.get("hosts/verified/key").join();
        HostKey key = Signing.key(Base64.getDecoder()
                .decode(answer.body().path("enrolled").path("publicKey").asString()));
        List<Signed> rows = rig.jdbc()
                .sql("SELECT first_sequence, last_sequence, key, signature FROM batch_signature WHERE stream = ?"
                        + " ORDER BY last_sequence")
                .param(stream.toString())
                .query((row, number) -> new Signed(row.getLong(1), row.getLong(2), row.getString(3), row.getBytes(4)))
                .list();
        assertThat(rows.stream().map(row -> row.first() + "-" + row.last())).containsExactly("0-1", "2-3", "3-5");
        for (Signed row : rows) {
            List<byte[]> payloads = rig.log().payloads(stream.toString(), row.first(), row.last() + 1);
            assertThat(row.key()).isEqualTo(key.fingerprint().value());
            assertThat(Signing.verify(key, Signing.batch(stream, row.first(), payloads), row.signature()))
                    .isTrue();
            payloads.getLast()[5] ^= 1;
            assertThat(Signing.verify(key, Signing.batch(stream, row.first(), payloads), row.signature()))
                    .isFalse();
        }
        assertThat(rig.jdbc()
                        .sql("SELECT bool_and(signed) FROM event_log WHERE stream = ?")
                        .param(stream.toString())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void upToWhereAHostIsHeardOfStandsBesideTheLog() throws Exception {
        try (FakeAgent agent = rig.connect("heard", 1, UUID.randomUUID())) {
            long head = rig.log().head();
            agent.watermark(17, 2);
            awaitHeard("heard", "1 2 17");
            agent.watermark(18, 2);
            awaitHeard("heard", "1 2 18");
            assertThat(rig.log().head()).isEqualTo(head);
            agent.watermark(19, 3);
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void badInputIsAProblemThatNamesIt() {
        assertThat(rig.put("hosts/h/key", "{\"fingerprint\":\"MD5:x\"}").join().text("field"))
                .isEqualTo("fingerprint");
        assertThat(rig.put("hosts/h/key", "{}").join().text("field")).isEqualTo("fingerprint");
        assertThat(rig.put("hosts/h$/key", "{}").join().status()).isEqualTo(400);
        String nonCanonical = "SHA256:" + "A".repeat(42) + "B";
        assertThat(rig.put("hosts/h/key", "{\"fingerprint\":\"" + nonCanonical + "\"}")
                        .join()
                        .text("detail"))
                .contains(nonCanonical, "43 characters of Base64");
        assertThat(rig.get("hosts/" + "h".repeat(70) + "/key").join().text("detail"))
                .contains("1 to 63 letters");
        rig.enrol("bad", TestKey.USUAL);
        for (String machine : List.of("m".repeat(65), "", " ", "a\\u0000b", "a\\nb", "ü", "zz", "A".repeat(32))) {
            Reply refused = rig.post("hosts/bad/moves", "{\"machineId\":\"" + machine + "\"}")
                    .join();
            assertThat(refused.status()).as(machine).isEqualTo(400);
            assertThat(refused.text("field")).as(machine).isEqualTo("machineId");
        }
        assertThat(rig.post("hosts/nobodys/moves", "{\"machineId\":\"m\"}")
                        .join()
                        .status())
                .isEqualTo(404);
        assertThat(rig.post("alarms/h/acknowledgement", "").join().text("field"))
                .isEqualTo("alarm");
        Reply stands = rig.post("alarms/h.1-2/acknowledgement", "").join();
        assertThat(stands.status()).isEqualTo(409);
        assertThat(stands.text("type")).isEqualTo("/problems/alarm-stands");
        assertThat(stands.text("detail")).contains("mappings/h.1-2/restore");
    }

    private static As as(String host, long epoch) {
        return As.agent(CommandSideRig.stream(host, epoch), UUID.randomUUID());
    }

    private static void assertUnauthenticated(FakeAgent agent) throws Exception {
        try (agent) {
            assertThat(agent.end().getCode())
                    .as(String.valueOf(agent.end().getDescription()))
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    private long timesSeen(String host) {
        return rig.jdbc()
                .sql("SELECT times FROM alarm_seen WHERE host = ? AND number = 1")
                .param(host)
                .query(Long.class)
                .single();
    }

    private List<String> types(String stream) {
        List<EventLog.Entry> entries = new ArrayList<>();
        rig.log().readStream(stream, Long.MAX_VALUE, entries::add);
        return entries.stream().map(EventLog.Entry::type).toList();
    }

    private void awaitHeard(String host, String wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String heard;
        do {
            assertThat(System.nanoTime()).as("heard up to " + wanted).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
            heard = rig.jdbc()
                    .sql("SELECT epoch || ' ' || next_sequence || ' ' || wall_nanos FROM host_heard WHERE host = ?")
                    .param(host)
                    .query(String.class)
                    .optional()
                    .orElse("");
        } while (!heard.equals(wanted));
    }
}
