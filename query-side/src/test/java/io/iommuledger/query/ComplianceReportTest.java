package io.iommuledger.query;

import static io.iommuledger.query.Reports.content;
import static io.iommuledger.query.Reports.request;
import static io.iommuledger.query.Reports.words;
import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Verification;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an auditor is given of a period. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ComplianceReportTest {
    private final Rest rest;
    private final Log log;
    private final TestDatabase database;
    private final Reports reports;

    ComplianceReportTest(
            @Autowired Log log,
            @Autowired EventLog events,
            @Autowired TreeLog tree,
            @Autowired TreeRows rows,
            @Autowired Appender appender,
            @Autowired TestDatabase database,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.database = database;
        this.reports = new Reports(rest, log, events, tree, rows, appender);
    }

    @Test
    void complianceTellsOfZombiesFaultsPoliciesAndTaint() {
        long from = reports.newest();
        long to = reports.zombie("rep-audited");
        JsonNode report = reports.json("compliance", "rep-audited", from, to);
        JsonNode zombies = content(report, "zombies");
        assertThat(zombies.path("total").longValue()).isEqualTo(1);
        JsonNode zombie = zombies.path("rows").path(0);
        assertThat(zombie.path("mapping").asString()).isEqualTo("rep-audited.1-1");
        assertThat(zombie.path("state").asString()).isEqualTo("ORPHANED");
        assertThat(zombie.path("source").asString()).isEqualTo("INFERRED");
        assertThat(zombie.path("outcome").asString()).isEqualTo("UNMAPPED");
        assertThat(zombie.path("exposureEnded").booleanValue()).isTrue();
        assertThat(zombie.path("atMostNanos").longValue()).isPositive();
        assertThat(content(report, "faults").path("rows"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.path("host").asString()).isEqualTo("rep-audited"));
        JsonNode changes = content(report, "policy-changes").path("rows");
        assertThat(changes.path(0).path("relaxed").booleanValue()).isTrue();
        assertThat(changes.path(1).path("weakerThanDefault").booleanValue()).isFalse();
        JsonNode standing = content(report, "policies").path("rows").path(0);
        assertThat(standing.path("onRelease").asString()).isEqualTo("drop");
        assertThat(standing.path("tainted").booleanValue()).isTrue();
        assertThat(content(report, "rests-on")
                        .path("entries")
                        .path("taintedHosts")
                        .path(0)
                        .asString())
                .isEqualTo("rep-audited");
        assertThat(content(report, "completeness")
                        .path("rows")
                        .path(0)
                        .path("state")
                        .asString())
                .isEqualTo("open");
        assertThat(content(report, "event-types").path("rows")).anySatisfy(type -> {
            assertThat(type.path("type").asString()).isEqualTo("mapping.mapped");
            assertThat(type.path("count").longValue()).isEqualTo(1);
        });
        assertThat(words(report, "access")).contains("no server recorded who read from it");
        assertThat(content(report, "controls").path("rows"))
                .allSatisfy(control -> assertThat(control.path("sections").toString())
                        .as("nothing is said of access, so that is no evidence")
                        .doesNotContain("access"));
        assertThat(words(report, "enrolment")).contains("no signature covers");
        assertThat(words(report, "coverage")).contains("Unless facts are missing");
        assertThat(content(report, "controls").path("rows")).anySatisfy(control -> {
            assertThat(control.path("control").asString()).isEqualTo("AU-9");
            assertThat(control.path("sections").path(0).asString()).isEqualTo("integrity");
        });
    }

    /** Between two facts of hosts, where nothing but decisions and reads is recorded. */
    @Test
    void aPeriodOfInstantsHasWhatNoHostToldToo() {
        reports.zombie("rep-quiet");
        UUID operation = new UUID(88, 77);
        long asked = log.append(new OperationRequested(
                operation, new StreamId(new HostId("rep-quiet"), 1), "somebody", new Instruction.OpenContext(), 1));
        rest.await(reports.zombie("rep-loud"));
        Instant stored = Instant.parse(rest.ok("events?limit=1&after=" + (asked - 1))
                .path("events")
                .path(0)
                .path("storedAt")
                .asString());
        assertThat(counted(stored.minusNanos(1), stored)).isEqualTo(1);
        assertThat(counted(stored.minusSeconds(3_600), stored.minusNanos(1))).isZero();
        assertThat(counted(stored, stored.plusSeconds(3_600))).isZero();
    }

    /** Operations that the host was asked for in the period. */
    private long counted(Instant from, Instant to) {
        byte[] report = rest.file(
                "reports",
                "{\"kind\":\"compliance\",\"format\":\"json\",\"from\":\"%s\",\"to\":\"%s\",\"scope\":{\"host\":\"rep-quiet\"}}"
                        .formatted(from, to));
        return content(new JsonMapper().readTree(report), "event-types")
                .path("rows")
                .valueStream()
                .filter(row -> row.path("type").asString().equals("operation.requested"))
                .mapToLong(row -> row.path("count").longValue())
                .sum();
    }

    @Test
    void tellsWhatWasRefusedToWhom() {
        long from = reports.newest();
        UUID operation = new UUID(88, 1);
        log.append(
                new OperationRequested(
                        operation,
                        new StreamId(new HostId("rep-refused"), 1),
                        "=cmd()",
                        new Instruction.OpenContext(),
                        1),
                new OperationEnded(operation, Outcome.REFUSED, Optional.of(byKernel()), Figures.NONE, 1, ""));
        long to = reports.zombie("rep-refused");
        JsonNode row = content(reports.json("compliance", "rep-refused", from, to), "refused-operations")
                .path("rows")
                .path(0);
        assertThat(row.path("principal").asString()).isEqualTo("=cmd()");
        assertThat(row.path("errno").asString()).isEqualTo("ENOMEM");
        assertThat(row.path("instruction").asString()).isEqualTo("OpenContext");
        List<CsvRecord> lines = CsvReader.builder()
                .ofCsvRecord(new String(
                        rest.file("reports", request("compliance", "csv", "rep-refused", from, to)),
                        StandardCharsets.UTF_8))
                .stream()
                .filter(line -> line.getField(0).equals("refused-operations"))
                .toList();
        assertThat(lines.get(1).getFields()).contains("'=cmd()");
    }

    @Test
    void aHostsPoliciesAreComparedWithThoseThatStoodBefore() {
        Log.Agent agent = log.agent("rep-relaxing", 1);
        Facts.prepare(agent, Facts.BOOT);
        long from = agent.append(new PoliciesChanged(Policies.KERNEL));
        long to = agent.append(new PoliciesChanged(Policies.KERNEL));
        rest.await(to);
        assertThat(content(reports.json("compliance", "rep-relaxing", from, to), "policy-changes")
                        .path("rows"))
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.path("weakerThanDefault").booleanValue()).isTrue();
                    assertThat(change.path("relaxed").booleanValue())
                            .as("they were no stronger before")
                            .isFalse();
                });
    }

    @Test
    void whatANewerVersionWroteIsARowThatSaysSo() throws Exception {
        long from = reports.newest();
        UUID operation = new UUID(88, 2);
        long ended = log.append(
                new OperationRequested(
                        operation,
                        new StreamId(new HostId("rep-newer"), 1),
                        "somebody",
                        new Instruction.OpenContext(),
                        1),
                new OperationEnded(operation, Outcome.REFUSED, Optional.of(byKernel()), Figures.NONE, 1, ""));
        long to = reports.zombie("rep-newer");
        extend(ended, to);
        try {
            JsonNode report = reports.json("compliance", "rep-newer", from, to);
            JsonNode refused =
                    content(report, "refused-operations").path("rows").path(0);
            assertThat(refused.path("operation").asString()).isEqualTo(operation.toString());
            assertThat(refused.path("reason").asString()).startsWith("not understood by this version: ");
            JsonNode change = content(report, "policy-changes").path("rows").path(1);
            assertThat(change.path("by").asString()).startsWith("not understood by this version: ");
            assertThat(change.has("relaxed")).isFalse();
        } finally {
            shorten(ended, to);
        }
    }

    /** With a byte that this version can make nothing of. */
    private void extend(long... positions) throws SQLException {
        change("payload || '\\x00'::bytea", positions);
    }

    private void shorten(long... positions) throws SQLException {
        change("substr(payload, 1, octet_length(payload) - 1)", positions);
    }

    private void change(String payload, long... positions) throws SQLException {
        database.asOwner("ALTER TABLE event DISABLE TRIGGER event_append_only");
        for (long position : positions) {
            database.asOwner("UPDATE event SET payload = " + payload + " WHERE position = " + position);
        }
        database.asOwner("ALTER TABLE event ENABLE TRIGGER event_append_only");
    }

    private static Refusal byKernel() {
        return new Refusal.ByKernel(new KernelEvidence("VFIO_IOMMU_MAP_DMA", new Errno(12)));
    }

    @Test
    void saysThatFactsAreMissing() {
        long from = reports.newest();
        Log.Agent agent = log.agent("rep-gapped", 1);
        Facts.prepare(agent, Facts.BOOT);
        long to = agent.append(new FactsLost(12, "the disk was full", true));
        rest.await(to);
        JsonNode report = reports.json("compliance", "rep-gapped", from, to);
        JsonNode host = content(report, "completeness").path("rows").path(0);
        assertThat(host.path("state").asString()).isEqualTo("gap");
        assertThat(host.path("missing").longValue()).isEqualTo(12);
        assertThat(host.path("causes").path(0).asString()).contains("the disk was full");
        assertThat(content(report, "gaps").path("rows").path(0).path("facts").longValue())
                .isEqualTo(12);
        assertThat(content(report, "failures").path("rows").path(0).path("type").asString())
                .isEqualTo("host.facts-lost");
    }

    @Test
    void theSignedCheckpointCoversItsRoot() throws InterruptedException {
        long from = reports.newest();
        long to = reports.zombie("signed-report");
        String unsigned = words(reports.json("inventory", "signed-report", from, to), "integrity");
        assertThat(unsigned).contains("not signed");
        long size = reports.sign(to);
        JsonNode proof = content(reports.json("inventory", "signed-report", from, to), "proof")
                .path("entries");
        SignedNote note = SignedNote.parse(proof.path("checkpoint").asString());
        assertThat(ProofTest.KEY.verifier().verifies(note)).isTrue();
        Checkpoint checkpoint = Checkpoint.of(note);
        assertThat(checkpoint.size()).isEqualTo(size);
        List<Hash> hashes = StreamSupport.stream(proof.path("consistency").spliterator(), false)
                .map(hash -> Hash.ofBase64(hash.asString()))
                .toList();
        assertThat(Verification.consistency(
                        to, Hash.ofBase64(proof.path("root").asString()), size, checkpoint.root(), hashes))
                .isTrue();
    }

    @Test
    void aDamagedTreeTakesTheProofAwayAndNothingElse() throws Exception {
        long from = reports.newest();
        long to = reports.zombie("rep-damaged");
        reports.sign(to);
        database.asOwner("CREATE TABLE kept_tile AS SELECT * FROM tree_tile");
        try {
            database.asOwner("UPDATE tree_tile SET hashes = substr(hashes, 1, 32)");
            JsonNode report = reports.json("compliance", "rep-damaged", from, to);
            assertThat(words(report, "integrity")).contains("not proven: tile");
            assertThat(content(report, "zombies").path("total").longValue()).isEqualTo(1);
        } finally {
            database.asOwner("UPDATE tree_tile t SET hashes = k.hashes FROM kept_tile k"
                    + " WHERE k.level = t.level AND k.index = t.index");
            database.asOwner("DROP TABLE kept_tile");
        }
        assertThat(content(reports.json("compliance", "rep-damaged", from, to), "proof")
                        .path("entries")
                        .path("continues")
                        .booleanValue())
                .isTrue();
    }
}
