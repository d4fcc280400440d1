package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.proof.EntryBundle;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.Verification;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.protocol.StoredRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Checks the log from outside, with what REST gives and nothing else. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ProofTest {
    /** Of the log of all tests. */
    static final SigningKey KEY = SigningKey.fresh("ledger.example/log");

    private static final int FACTS = 300;

    private final Rest rest;
    private final Log log;
    private final TreeLog tree;
    private final TreeRows rows;
    private final Appender appender;
    private final TestDatabase database;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    ProofTest(
            @Autowired Log log,
            @Autowired TreeLog tree,
            @Autowired TreeRows rows,
            @Autowired Appender appender,
            @Autowired TestDatabase database,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.tree = tree;
        this.rows = rows;
        this.appender = appender;
        this.database = database;
        this.port = port;
    }

    /** Some facts, and a checkpoint that has them; its size. */
    private long signed() throws InterruptedException {
        Log.Agent agent = log.agent("proven-" + UUID.randomUUID(), 1);
        Facts.prepare(agent, Facts.BOOT);
        long position = 0;
        for (int i = 0; i < FACTS; i += 50) {
            ContextOpenRequested[] facts = new ContextOpenRequested[50];
            for (int j = 0; j < facts.length; j++) {
                facts[j] = new ContextOpenRequested(10 + i + j);
            }
            position = agent.append(facts);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (tree.state().size() < position) {
            assertThat(System.nanoTime() - end).as("%s", tree.state()).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Hash root = tree.proofs(position).root();
        String note = new Checkpoint(KEY.verifier().name(), position, root)
                .signedBy(KEY)
                .toString();
        rows.keepCheckpoint(appender.term(), position, root, KEY.verifier().toString(), note);
        return position;
    }

    @Test
    void anEventIsProvenAgainstASignedCheckpoint() throws Exception {
        long size = signed();
        SignedNote note = SignedNote.parse(rest.text("proof/checkpoint"));
        assertThat(KEY.verifier().verifies(note)).isTrue();
        Checkpoint checkpoint = Checkpoint.of(note);
        assertThat(checkpoint.size()).isEqualTo(size);
        for (long position : List.of(1L, size / 2, size)) {
            JsonNode proof = rest.ok("proof/events/" + position);
            assertThat(proven(proof, checkpoint)).isTrue();
            assertThat(proof.path("holds").booleanValue()).isTrue();
            assertThat(StoredRecord.decode(record(proof)).position()).isEqualTo(position);
        }
        assertThat(rest.text("proof/checkpoints/" + size)).isEqualTo(note.toString());
        JsonNode state = rest.ok("proof");
        assertThat(state.path("checkpoint").path("size").longValue()).isEqualTo(size);
        assertThat(state.path("keys").path(0).path("key").asString())
                .isEqualTo(KEY.verifier().toString());
    }

    @Test
    void anEventThatWasEditedIsProvenNoMore() throws Exception {
        long size = signed();
        Checkpoint checkpoint = Checkpoint.of(SignedNote.parse(rest.text("proof/checkpoint")));
        change("payload = payload || '\\x00'::bytea", size - 3);
        try {
            JsonNode proof = rest.ok("proof/events/" + (size - 3));
            assertThat(proven(proof, checkpoint)).isFalse();
            assertThat(proof.path("holds").booleanValue()).isFalse();
            assertThat(proven(rest.ok("proof/events/" + (size - 2)), checkpoint))
                    .isTrue();
        } finally {
            change("payload = substr(payload, 1, octet_length(payload) - 1)", size - 3);
        }
        assertThat(proven(rest.ok("proof/events/" + (size - 3)), checkpoint)).isTrue();
    }

    @Test
    void aLaterCheckpointContinuesAnEarlierOne() throws Exception {
        long before = signed();
        long after = signed();
        JsonNode proof = rest.ok("proof/consistency?from=" + before + "&to=" + after);
        assertThat(Verification.consistency(
                        before,
                        checkpoint(before).root(),
                        after,
                        checkpoint(after).root(),
                        hashes(proof)))
                .isTrue();
        assertThat(proof.path("toRoot").asString())
                .isEqualTo(checkpoint(after).root().toBase64());
        JsonNode listed = rest.ok("proof/checkpoints?after=" + (before - 1) + "&limit=1");
        assertThat(listed.path("checkpoints").path(0).path("size").longValue()).isEqualTo(before);
        assertThat(proven(rest.ok("proof/events/5?size=" + before), checkpoint(before)))
                .isTrue();
    }

    @Test
    void tilesAndBundlesAreThoseOfTheCheckpoint() throws Exception {
        long size = signed();
        Proofs proofs = new Proofs(size, tile -> bytes("tile/" + tile.path()));
        assertThat(proofs.root()).isEqualTo(checkpoint(size).root());
        TreeHasher hasher = new TreeHasher();
        for (long index = 0; index * Tile.FULL < size; index++) {
            Tile tile = Tile.in(size, 0, index).orElseThrow();
            byte[] leaves = bytes("tile/" + tile.path());
            List<byte[]> entries =
                    EntryBundle.leaves(bytes("tile/entries/" + tile.path().substring(2)));
            assertThat(leaves).hasSize(tile.width() * Hash.BYTES);
            assertThat(entries).hasSize(tile.width());
            for (int i = 0; i < entries.size(); i++) {
                assertThat(hasher.leaf(entries.get(i))).isEqualTo(Hash.at(leaves, i));
            }
        }
    }

    @Test
    void whatIsNotThereIsSaidSo() throws Exception {
        long size = signed();
        refused("proof/events/0", 404, "no event");
        refused("proof/events/" + (size + 1_000_000), 404, "the newest is at position");
        refused("proof/events/x", 400, "position");
        refused("proof/events/1?size=" + (size + 1), 400, "the size of a checkpoint");
        refused("proof/checkpoints/" + (size + 1_000_000), 404, "lists the sizes");
        refused("proof/consistency?from=" + (size + 1_000_000), 400, "a size of the tree");
        refused("proof/tile/0/999", 404, "the tree has");
        refused("proof/tile/0/0", 404, "a path is");
        refused("proof/tile/64/000", 404, "a path is");
        refused("proof/tile/entries/000.p/256", 404, "a path is");
        refused("proof/tile/0/000?size=3", 400, "no such parameter");
    }

    private void refused(String path, int status, String why) {
        Rest.Answer answer = rest.get(path);
        assertThat(answer.status()).as(path).isEqualTo(status);
        assertThat(answer.body().path("detail").asString()).as(path).contains(why);
    }

    private Checkpoint checkpoint(long size) {
        return Checkpoint.of(SignedNote.parse(rest.text("proof/checkpoints/" + size)));
    }

    private static boolean proven(JsonNode proof, Checkpoint checkpoint) {
        return Verification.inclusion(
                proof.path("leafIndex").longValue(),
                checkpoint.size(),
                new TreeHasher().leaf(record(proof)),
                hashes(proof),
                checkpoint.root());
    }

    private static byte[] record(JsonNode proof) {
        return Base64.getDecoder().decode(proof.path("record").asString());
    }

    private static List<Hash> hashes(JsonNode proof) {
        return proof.path("hashes")
                .valueStream()
                .map(hash -> Hash.ofBase64(hash.asString()))
                .toList();
    }

    private byte[] bytes(String path) {
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/proof/" + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
            return answer.body();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError("no answer to " + path, e);
        }
    }

    private void change(String how, long position) throws Exception {
        database.asOwner("ALTER TABLE event DISABLE TRIGGER event_append_only");
        database.asOwner("UPDATE event SET " + how + " WHERE position = " + position);
        database.asOwner("ALTER TABLE event ENABLE TRIGGER event_append_only");
    }
}
