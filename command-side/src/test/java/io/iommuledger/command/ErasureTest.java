package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.db.EventLog;
import io.iommuledger.protocol.v1.EnrolmentProto;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Names of principals and their erasure, between peers over REST and a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErasureTest {
    private static final String ASKER = "127.0.0.2";
    private static final String OTHER = "127.0.0.3";

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
    void anEventCommitsToTheNameOfItsPrincipal() throws Exception {
        String id = principalOf("127.0.1.1", "committed");
        Reply shown = rig.get("principals/" + id).join();
        assertThat(shown.text("name")).isEqualTo("127.0.1.1");
        assertThat(shown.text("kind")).isEqualTo("unauthenticated");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.write("iommu-ledger principal v1\n".getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : List.of(
                id.getBytes(StandardCharsets.UTF_8),
                "unauthenticated".getBytes(StandardCharsets.UTF_8),
                "127.0.1.1".getBytes(StandardCharsets.UTF_8),
                HexFormat.of().parseHex(shown.text("salt")))) {
            data.writeInt(part.length);
            data.write(part);
        }
        String expected =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        assertThat(commitment("committed")).isEqualTo(expected);
        assertThat(shown.text("commitment")).isEqualTo(expected);
    }

    @Test
    void aNameGoesWhenTwoAgreeAndTheLogStays() throws Exception {
        String address = "127.0.1.2";
        String subject = principalOf(address, "forgotten");
        String committed = commitment("forgotten");
        byte[] before = payload("enrolment/forgotten");

        Reply requested = rig.from(ASKER, "POST", "erasures", request(subject, "ticket 17"));
        assertThat(requested.status()).as("%s", requested).isEqualTo(201);
        assertThat(requested.text("state")).isEqualTo("requested");
        String erasure = requested.text("erasure");
        Reply alone = rig.from(ASKER, "POST", "erasures/" + erasure + "/approval", "");
        assertThat(alone.status()).isEqualTo(409);
        assertThat(alone.text("type")).isEqualTo("/problems/two-principals");
        assertThat(rig.from(address, "POST", "erasures/" + erasure + "/approval", "")
                        .text("type"))
                .as("nobody agrees to the erasure of himself")
                .isEqualTo("/problems/two-principals");
        Reply second = rig.from(OTHER, "POST", "erasures", request(subject, "again"));
        assertThat(second.text("type")).isEqualTo("/problems/erasure-state");
        assertThat(rig.get("principals/" + subject).join().text("name")).isEqualTo(address);

        Reply approved = rig.from(OTHER, "POST", "erasures/" + erasure + "/approval", "");
        assertThat(approved.status()).as("%s", approved).isEqualTo(200);
        assertThat(approved.text("state")).isEqualTo("done");
        assertThat(types("erasure/" + erasure))
                .containsExactly("erasure.requested", "erasure.approved", "erasure.done");

        Reply shown = rig.get("principals/" + subject).join();
        assertThat(shown.text("name")).isEqualTo("redacted under " + erasure);
        assertThat(shown.text("kind")).isEqualTo("unauthenticated");
        assertThat(shown.body().has("salt")).isFalse();
        assertThat(shown.body().has("commitment")).isFalse();
        assertThat(payload("enrolment/forgotten")).isEqualTo(before);
        assertThat(commitment("forgotten")).isEqualTo(committed);
        assertThat(names()).doesNotContain(address);
        assertThat(principalOf(address, "forgotten-again"))
                .as("nothing links who comes again to who was erased")
                .isNotEqualTo(subject);
        assertThat(rig.from(OTHER, "POST", "erasures/" + erasure + "/approval", "")
                        .text("state"))
                .as("once more changes nothing")
                .isEqualTo("done");
        assertThat(rig.from(ASKER, "POST", "erasures", request(subject, "once more"))
                        .text("type"))
                .isEqualTo("/problems/erasure-state");
        assertThat(rig.get("erasures").join().body().path("erasures").toString())
                .contains(erasure, "ticket 17")
                .doesNotContain(address);
    }

    @Test
    void whatIsWithdrawnIsNotApproved() throws Exception {
        String subject = principalOf("127.0.1.3", "withdrawn");
        String erasure = asked(subject);
        assertThat(rig.from(ASKER, "POST", "erasures/" + erasure + "/withdrawal", "")
                        .text("state"))
                .isEqualTo("withdrawn");
        for (String late : List.of("approval", "withdrawal")) {
            Reply refused = rig.from(OTHER, "POST", "erasures/" + erasure + "/" + late, "");
            assertThat(refused.text("type")).as(late).isEqualTo("/problems/erasure-state");
        }
        assertThat(rig.get("principals/" + subject).join().text("name")).isEqualTo("127.0.1.3");
        assertThat(rig.from(OTHER, "POST", "erasures", request(subject, "again"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aHoldKeepsTheNameAndSaysSo() throws Exception {
        String subject = principalOf("127.0.1.4", "held");
        String erasure = asked(subject);
        String hold = rig.post("retention/holds", "{\"reason\":\"case 7\",\"hosts\":[\"held\"]}")
                .join()
                .text("hold");
        Reply refused = rig.from(OTHER, "POST", "erasures/" + erasure + "/approval", "");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("type")).isEqualTo("/problems/held");
        assertThat(refused.text("detail")).contains("hold " + hold + " has the record at position");
        assertThat(types("erasure/" + erasure)).containsExactly("erasure.requested");
        assertThat(rig.get("erasures/" + erasure).join().text("held")).contains(hold);
        rig.post("retention/holds/" + hold + "/release", "{\"reason\":\"settled\"}")
                .join();
        assertThat(rig.from(OTHER, "POST", "erasures/" + erasure + "/approval", "")
                        .text("state"))
                .isEqualTo("done");
    }

    /** A hold that comes between the approval and the removal: the function that removes asks by itself. */
    @Test
    void whoeverRemovesAsksForHoldsItself() throws Exception {
        String subject = principalOf("127.0.1.5", "held-late");
        String erasure = asked(subject);
        String holds = rig.jdbc()
                .sql("SELECT pg_get_functiondef('principal_held(text)'::regprocedure)")
                .query(String.class)
                .single();
        heldIf("SELECT CASE WHEN current_user LIKE 'eraser%' AND id = '" + subject + "' THEN 'hold 8 covers it' END");
        try {
            Reply refused = rig.from(OTHER, "POST", "erasures/" + erasure + "/approval", "");
            assertThat(refused.text("type")).isEqualTo("/problems/held");
            assertThat(rig.get("erasures/" + erasure).join().text("state")).isEqualTo("approved");
            assertThat(rig.get("principals/" + subject).join().text("name")).isEqualTo("127.0.1.5");
        } finally {
            asOwner(holds);
        }
        assertThat(rig.from(ASKER, "POST", "erasures/" + erasure + "/approval", "")
                        .text("state"))
                .as("the approval stands")
                .isEqualTo("done");
    }

    @Test
    void whatALeaderLeftBetweenApprovalAndRemovalIsDoneAtTheNextStart() throws Exception {
        String subject = principalOf("127.0.1.6", "left");
        String erasure = asked(subject);
        String holds = rig.jdbc()
                .sql("SELECT pg_get_functiondef('principal_held(text)'::regprocedure)")
                .query(String.class)
                .single();
        heldIf("SELECT CASE WHEN current_user LIKE 'eraser%' AND id = '" + subject
                + "' THEN (1 / floor(random())::int)::text END");
        try {
            assertThat(rig.from(OTHER, "POST", "erasures/" + erasure + "/approval", "")
                            .status())
                    .isGreaterThanOrEqualTo(500);
            assertThat(types("erasure/" + erasure)).containsExactly("erasure.requested", "erasure.approved");
        } finally {
            asOwner(holds);
        }
        rig.restart();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!rig.get("erasures/" + erasure).join().text("state").equals("done")) {
            assertThat(System.nanoTime() - end).as("the next start finishes it").isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(rig.get("principals/" + subject).join().text("name")).isEqualTo("redacted under " + erasure);
    }

    @Test
    void theServersLoginErasesNothingByItself() throws Exception {
        String subject = principalOf("127.0.1.7", "kept-name");
        for (String attempt : List.of(
                "UPDATE principal SET name = 'x' WHERE id = '" + subject + "'",
                "UPDATE principal SET name = NULL, salt = NULL, erased_by = gen_random_uuid() WHERE id = '" + subject
                        + "'",
                "DELETE FROM principal",
                "TRUNCATE principal",
                "INSERT INTO principal (id, kind, erased_by) VALUES ('x', 'x', gen_random_uuid())")) {
            assertThatThrownBy(() -> rig.jdbc().sql(attempt).update())
                    .as(attempt)
                    .rootCause()
                    .hasMessageContaining("permission");
        }
        UUID alone = UUID.fromString(asked(subject));
        for (UUID erasure : List.of(UUID.randomUUID(), alone)) {
            assertThatThrownBy(() -> rig.jdbc()
                            .sql("SELECT erase_principal(:id)")
                            .param("id", erasure)
                            .query()
                            .listOfRows())
                    .rootCause()
                    .hasMessageContaining("no request and approval");
        }
        assertThat(rig.get("principals/" + subject).join().text("name")).isEqualTo("127.0.1.7");
    }

    @Test
    void whatCannotBeMeantIsRefused() throws Exception {
        String subject = principalOf("127.0.1.8", "odd");
        assertThat(rig.get("principals/nobody").join().status()).isEqualTo(404);
        assertThat(rig.get("erasures/" + UUID.randomUUID()).join().status()).isEqualTo(404);
        assertThat(rig.get("erasures/x").join().text("field")).isEqualTo("erasure");
        assertThat(rig.post("erasures", request("nobody", "r")).join().status()).isEqualTo(404);
        assertThat(rig.post("erasures/" + UUID.randomUUID() + "/approval", "")
                        .join()
                        .status())
                .isEqualTo(404);
        assertThat(rig.post("erasures", request(subject, " ")).join().text("field"))
                .isEqualTo("reason");
        assertThat(rig.post("erasures", request(subject, "because of 127.0.1.8"))
                        .join()
                        .text("field"))
                .as("the reason stays, and so must not name him")
                .isEqualTo("reason");
    }

    /** Id of a peer, which enrols a key so that an event names it. */
    private String principalOf(String address, String host) throws Exception {
        Reply reply = rig.from(
                address, "PUT", "hosts/" + host + "/key", "{\"fingerprint\":\"" + TestKey.USUAL.fingerprint() + "\"}");
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.body().path("enrolled").path("by").asString();
    }

    private String asked(String subject) throws Exception {
        Reply requested = rig.from(ASKER, "POST", "erasures", request(subject, "ticket 18"));
        assertThat(requested.status()).as("%s", requested).isEqualTo(201);
        return requested.text("erasure");
    }

    private static String request(String subject, String reason) {
        return "{\"principal\":\"" + subject + "\",\"reason\":\"" + reason + "\"}";
    }

    private void heldIf(String query) throws Exception {
        asOwner("CREATE OR REPLACE FUNCTION principal_held(id text) RETURNS text LANGUAGE sql STABLE AS $$ " + query
                + " $$");
    }

    private void asOwner(String statement) throws Exception {
        try (Connection connection = rig.asOwner();
                Statement execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private String commitment(String host) throws Exception {
        return HexFormat.of()
                .formatHex(EnrolmentProto.EnrolmentEvent.parseFrom(payload("enrolment/" + host))
                        .getCommitment()
                        .toByteArray());
    }

    /** Of a stream's first event. */
    private byte[] payload(String stream) {
        return rig.log().payloads(stream, 0, 1).getFirst();
    }

    private List<String> types(String stream) {
        List<EventLog.Entry> entries = new ArrayList<>();
        rig.log().readStream(stream, Long.MAX_VALUE, entries::add);
        return entries.stream().map(EventLog.Entry::type).toList();
    }

    private List<String> names() {
        return rig.jdbc()
                .sql("SELECT name FROM principal WHERE name IS NOT NULL")
                .query(String.class)
                .list();
    }
}
