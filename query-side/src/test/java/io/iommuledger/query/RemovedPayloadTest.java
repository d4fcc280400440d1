package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.BundleFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What is told of a record whose payload was removed; on a log of its own, for others look at all records of theirs. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "test.log=of payloads that are removed")
class RemovedPayloadTest {
    private static final SigningKey KEY = SigningKey.fresh("removed.test/log");
    private static final PciAddress DEVICE = Facts.IMPORTER;

    private final Log log;
    private final EventLog records;
    private final TreeLog tree;
    private final TreeRows rows;
    private final Appender appender;
    private final TestDatabase database;
    private final Rest rest;

    RemovedPayloadTest(
            @Autowired Log log,
            @Autowired EventLog records,
            @Autowired TreeLog tree,
            @Autowired TreeRows rows,
            @Autowired Appender appender,
            @Autowired TestDatabase database,
            @LocalServerPort int port) {
        this.log = log;
        this.records = records;
        this.tree = tree;
        this.rows = rows;
        this.appender = appender;
        this.database = database;
        this.rest = new Rest(port);
    }

    @Test
    void itIsSaidToBeRemovedEverywhereAndItsPlaceIsProven() throws Exception {
        Log.Agent agent = log.agent("removing", 1);
        Facts.prepare(agent, Facts.BOOT);
        long intent = agent.next();
        agent.append(new MapRequested(
                1, 1, IovaRange.ofSize(0x10000, 0x1000), DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)));
        agent.append(new Mapped(intent, 1));
        long fault = agent.append(new DmaFaulted(DEVICE, 0x5000, true, "0x05", 1));
        long last = agent.append(new ContextOpenRequested(9));
        rest.await(last);
        assertThat(rest.ok("hosts/removing/faults").path("faults").size()).isEqualTo(1);
        sign(last);
        remove(fault);

        JsonNode event = rest.ok("events?host=removing&after=" + (fault - 1))
                .path("events")
                .path(0);
        assertThat(event.path("position").longValue()).isEqualTo(fault);
        assertThat(event.path("type").asString()).isEqualTo("host.dma-faulted");
        assertThat(event.path("removed").path("rule").asString()).isEqualTo("faults");
        assertThat(event.path("removed").path("at").longValue()).isEqualTo(last);
        assertThat(event.has("fact")).isFalse();
        assertThat(event.has("undecodable")).isFalse();

        JsonNode proof = rest.ok("proof/events/" + fault);
        assertThat(proof.path("removed").booleanValue()).isTrue();
        assertThat(proof.path("holds").booleanValue()).isTrue();
        Rest.Answer gone = rest.get("proof/tile/entries/000.p/" + last);
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.body().path("type").asString()).isEqualTo("/problems/payload-removed");

        rebuild();
        JsonNode faults = rest.ok("hosts/removing/faults");
        assertThat(faults.path("faults").size()).isZero();
        assertThat(faults.path("removed").longValue()).isEqualTo(1);
        assertThat(faults.path("completeness").path("gaps").size())
                .as("no state rests on it: %s", faults)
                .isZero();
        assertThat(rest.ok("hosts/removing/findings").path("findings").size()).isZero();
        JsonNode mappings = rest.ok("mappings?host=removing&iova=0x10000").path("mappings");
        assertThat(mappings.path(0).path("state").asString()).as("%s", mappings).isEqualTo("ACTIVE");
    }

    /** Whoever asked whom for what is known from what is kept beside the log; a rebuild makes the rows of that. */
    @Test
    void whoAskedIsToldAsBeforeWhenWhatWasAskedIsRemoved() throws Exception {
        Log.Agent agent = log.agent("asking", 1);
        Facts.prepare(agent, Facts.BOOT);
        UUID operation = new UUID(4, 2);
        long asked = asked(agent, operation);
        rest.await(agent.append(
                Optional.of(operation),
                new MapRequested(
                        1, 1, IovaRange.ofSize(0x10000, 0x1000), DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)),
                new Mapped(agent.next(), 1)));
        List<String> questions = List.of(
                "operations?host=asking&principal=alice",
                "mappings?host=asking&iova=0x10000",
                "operations?host=asking&at=" + asked);
        List<JsonNode> before = questions.stream().map(this::answered).toList();
        assertThat(before.get(0).path("operations")).hasSize(1);
        assertThat(before.get(1).toString()).contains("alice");
        remove(asked);

        JsonNode event = rest.ok("events?type=operation.requested&after=" + (asked - 1))
                .path("events")
                .path(0);
        assertThat(event.path("operation").asString()).isEqualTo(operation.toString());
        assertThat(event.has("fact")).isFalse();
        assertThat(event.path("removed").path("rule").asString()).isEqualTo("faults");
        assertThat(event.path("kept").path("principal").asString()).isEqualTo("alice");
        assertThat(event.path("kept").path("target").asString()).isEqualTo("host/asking/1");
        assertThat(event.path("kept").path("instruction").asString()).isEqualTo("Unmap");
        assertThat(questions.stream().map(this::answered).toList()).isEqualTo(before);
        rebuild();
        assertThat(questions.stream().map(this::answered).toList()).isEqualTo(before);
    }

    /** As whoever owns the database can make it. */
    @Test
    void whatIsKeptAndNotUnderstoodIsSaidToBeSoAndAllElseIsTold() throws Exception {
        Log.Agent agent = log.agent("garbled", 1);
        Facts.prepare(agent, Facts.BOOT);
        UUID operation = new UUID(4, 3);
        long asked = asked(agent, operation);
        rest.await(asked + 1);
        remove(asked);
        database.asOwner("ALTER TABLE removed_payload DISABLE TRIGGER ALL");
        database.asOwner("UPDATE removed_payload SET kept = '\\xdeadbeef' WHERE position = " + asked);
        JsonNode events = rest.ok("events?after=" + (asked - 1)).path("events");
        assertThat(events.path(0).path("undecodable").booleanValue()).isTrue();
        assertThat(events.path(0).path("removed").path("rule").asString()).isEqualTo("faults");
        assertThat(events.path(1).path("position").longValue()).isEqualTo(asked + 1);
    }

    /** Position of the request, whose end is behind it. */
    private long asked(Log.Agent agent, UUID operation) {
        Instruction unmap = new Instruction.Unmap(new ContextId(1, 1), IovaRange.ALL);
        return log.append(
                        new OperationRequested(operation, agent.stream(), "alice", unmap, 1),
                        new OperationEnded(operation, Outcome.SUCCEEDED, Optional.empty(), Figures.NONE, 1, ""))
                - 1;
    }

    private JsonNode answered(String path) {
        return rest.ok(path);
    }

    /** Nobody could verify it: it is over payloads of which one is gone. */
    @Test
    void aBatchThatABundleCutsIsWithoutSignatureIfAPayloadOutsideIsRemoved(@TempDir Path folder) throws Exception {
        Log.Agent agent =
                log.agent("cut", 1, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        Facts.prepare(agent, Facts.BOOT);
        DmaFaulted fault = new DmaFaulted(DEVICE, 0x6000, true, "0x05", 1);
        long last = agent.append(fault, fault, fault);
        rest.await(last);
        assertThat(signedAndOutside(folder, last)).containsExactly(1L, 2L);
        remove(last - 2);
        assertThat(signedAndOutside(folder, last)).containsExactly(0L, 0L);
    }

    private List<Long> signedAndOutside(Path folder, long position) throws Exception {
        String body = "{\"from\":%d,\"to\":%d,\"scope\":{\"host\":\"cut\"}}".formatted(position - 1, position);
        try (BundleFile file = BundleFile.open(Files.write(folder.resolve("bundle"), rest.file("bundles", body)))) {
            List<StoredSignature> signatures = new ArrayList<>();
            file.signatures(signatures::add);
            List<StoredRecord> outside = new ArrayList<>();
            file.outside((record, encoded) -> outside.add(record));
            return List.of((long) signatures.size(), (long) outside.size());
        }
    }

    private void rebuild() throws InterruptedException {
        JsonNode asked = rest.send("POST", "rebuilds", "").body();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!rest.ok("rebuilds/" + asked.path("id").asString())
                .path("state")
                .asString()
                .equals("done")) {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void sign(long position) throws InterruptedException {
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
    }

    /** What the database's function leaves; it removes nothing that is as young as what a test has just stored. */
    private void remove(long position) throws Exception {
        StoredRecord record = records.records(List.of(position)).getFirst();
        byte[] leaf = new TreeHasher().leaf(record.encoded()).bytes();
        String kept = HexFormat.of().formatHex(record.withoutPayload(leaf).kept());
        database.asOwner("ALTER TABLE event DISABLE TRIGGER event_append_only");
        database.asOwner("UPDATE event SET payload = '' WHERE position = " + position);
        database.asOwner("ALTER TABLE event ENABLE TRIGGER event_append_only");
        database.asOwner(
                "INSERT INTO removed_payload (type, position, stream, leaf_hash, rule, removal, kept) VALUES ('"
                        + record.type() + "', " + position
                        + ", '" + record.stream() + "'"
                        + ", decode('" + HexFormat.of().formatHex(leaf) + "', 'hex'), 'faults', " + records.head()
                        + ", nullif(decode('" + kept + "', 'hex'), ''))");
    }
}
