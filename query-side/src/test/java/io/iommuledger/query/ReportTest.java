package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Verification;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an auditor is given. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ReportTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x38_0000_0000L, 0x1000);

    private final Rest rest;
    private final Log log;
    private final EventLog events;
    private final TreeLog tree;
    private final TreeRows rows;
    private final Appender appender;
    private final TestDatabase database;

    ReportTest(
            @Autowired Log log,
            @Autowired EventLog events,
            @Autowired TreeLog tree,
            @Autowired TreeRows rows,
            @Autowired Appender appender,
            @Autowired TestDatabase database,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.events = events;
        this.tree = tree;
        this.rows = rows;
        this.appender = appender;
        this.database = database;
    }

    private long newest() {
        return Math.max(0, events.head());
    }

    private static String request(String kind, String format, String host, long from, long to) {
        return "{\"kind\":\"%s\",\"format\":\"%s\",\"from\":%d,\"to\":%d,\"scope\":{\"host\":\"%s\"}}"
                .formatted(kind, format, from, to, host);
    }

    private JsonNode json(String kind, String host, long from, long to) {
        return new JsonMapper().readTree(rest.file("reports", request(kind, "json", host, from, to)));
    }

    private static JsonNode content(JsonNode report, String id) {
        return StreamSupport.stream(report.path("sections").spliterator(), false)
                .flatMap(section -> StreamSupport.stream(section.path("content").spliterator(), false))
                .filter(content -> content.path("id").asString("").equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no '" + id + "' in " + report));
    }

    private static String words(JsonNode report, String section) {
        StringBuilder words = new StringBuilder();
        report.path("sections").forEach(each -> {
            if (each.path("id").asString().equals(section)) {
                each.path("content")
                        .forEach(content -> words.append(content.path("text").asString("")));
            }
        });
        return words.toString();
    }

    /** A BAR that is mapped, whose exporter is released, and that is unmapped later; position of the last fact. */
    private long zombie(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapBar(agent, 1, IOVA);
        agent.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(agent.next(), 1, Facts.EXPORTER));
        agent.append(new DmaFaulted(Facts.IMPORTER, 0x1000, true, "05", 77));
        agent.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size()));
        long end = agent.append(new PoliciesChanged(Policies.DEFAULT));
        rest.await(end);
        return end;
    }

    @Test
    void complianceTellsOfZombiesFaultsPoliciesAndTaint() {
        long from = newest();
        long to = zombie("rep-audited");
        JsonNode report = json("compliance", "rep-audited", from, to);
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
        assertThat(words(report, "access")).contains("no query side recorded who read from it");
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

    @Test
    void tellsWhatWasRefusedToWhom() {
        long from = newest();
        UUID operation = new UUID(88, 1);
        log.append(
                new OperationRequested(
                        operation,
                        new StreamId(new HostId("rep-refused"), 1),
                        "=cmd()",
                        new Instruction.OpenContext(),
                        1),
                new OperationEnded(operation, Outcome.REFUSED, Optional.of(byKernel()), Figures.NONE, 1, ""));
        long to = zombie("rep-refused");
        JsonNode row = content(json("compliance", "rep-refused", from, to), "refused-operations")
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
        assertThat(content(json("compliance", "rep-relaxing", from, to), "policy-changes")
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
        long from = newest();
        UUID operation = new UUID(88, 2);
        long ended = log.append(
                new OperationRequested(
                        operation,
                        new StreamId(new HostId("rep-newer"), 1),
                        "somebody",
                        new Instruction.OpenContext(),
                        1),
                new OperationEnded(operation, Outcome.REFUSED, Optional.of(byKernel()), Figures.NONE, 1, ""));
        long to = zombie("rep-newer");
        extend(ended, to);
        try {
            JsonNode report = json("compliance", "rep-newer", from, to);
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
        long from = newest();
        Log.Agent agent = log.agent("rep-gapped", 1);
        Facts.prepare(agent, Facts.BOOT);
        long to = agent.append(new FactsLost(12, "the disk was full", true));
        rest.await(to);
        JsonNode report = json("compliance", "rep-gapped", from, to);
        JsonNode host = content(report, "completeness").path("rows").path(0);
        assertThat(host.path("state").asString()).isEqualTo("gap");
        assertThat(host.path("missing").longValue()).isEqualTo(12);
        assertThat(host.path("causes").path(0).asString()).contains("the disk was full");
        assertThat(content(report, "gaps").path("rows").path(0).path("facts").longValue())
                .isEqualTo(12);
        assertThat(content(report, "failures").path("rows").path(0).path("type").asString())
                .isEqualTo("host.facts-lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "html", "pdf"})
    void theSameRequestHasTheSameBytes(String format) throws InterruptedException {
        String host = "same-report-" + format;
        long from = newest();
        long to = zombie(host);
        sign(to);
        for (String kind : List.of("compliance", "incident", "inventory")) {
            String request = request(kind, format, host, from, to);
            byte[] first = rest.file("reports", request);
            Locale locale = Locale.getDefault();
            TimeZone zone = TimeZone.getDefault();
            try {
                Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
                TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
                Log.Agent later = log.agent(host + "-later-" + kind, 1);
                rest.await(later.append(Facts.epochBegan(Facts.BOOT)));
                assertThat(rest.file("reports", request)).as(kind).isEqualTo(first);
            } finally {
                Locale.setDefault(locale);
                TimeZone.setDefault(zone);
            }
        }
    }

    /** A checkpoint that has a few records more than what is reported. */
    private long sign(long position) throws InterruptedException {
        Log.Agent agent = log.agent("after-report-" + position, 1);
        long size = agent.append(Facts.epochBegan(Facts.BOOT));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (tree.state().size() < size) {
            assertThat(System.nanoTime() - end).as("%s", tree.state()).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Hash root = tree.proofs(size).root();
        String note = new Checkpoint(ProofTest.KEY.verifier().name(), size, root)
                .signedBy(ProofTest.KEY)
                .toString();
        rows.keepCheckpoint(
                appender.term(), size, root, ProofTest.KEY.verifier().toString(), note);
        return size;
    }

    @Test
    void theSignedCheckpointCoversItsRoot() throws InterruptedException {
        long from = newest();
        long to = zombie("signed-report");
        String unsigned = words(json("inventory", "signed-report", from, to), "integrity");
        assertThat(unsigned).contains("not signed");
        long size = sign(to);
        JsonNode proof =
                content(json("inventory", "signed-report", from, to), "proof").path("entries");
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
        long from = newest();
        long to = zombie("rep-damaged");
        sign(to);
        database.asOwner("CREATE TABLE kept_tile AS SELECT * FROM tree_tile");
        try {
            database.asOwner("UPDATE tree_tile SET hashes = substr(hashes, 1, 32)");
            JsonNode report = json("compliance", "rep-damaged", from, to);
            assertThat(words(report, "integrity")).contains("not proven: tile");
            assertThat(content(report, "zombies").path("total").longValue()).isEqualTo(1);
        } finally {
            database.asOwner("UPDATE tree_tile t SET hashes = k.hashes FROM kept_tile k"
                    + " WHERE k.level = t.level AND k.index = t.index");
            database.asOwner("DROP TABLE kept_tile");
        }
        assertThat(content(json("compliance", "rep-damaged", from, to), "proof")
                        .path("entries")
                        .path("continues")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void ofAWindowOfManyPagesOnlyThoseFormsHaveAllThatKeepAll() {
        long from = newest();
        Log.Agent agent = log.agent("rep-many", 1);
        Facts.prepare(agent, Facts.BOOT);
        Log.Agent other = log.agent("rep-many-others", 1);
        Facts.prepare(other, Facts.BOOT);
        Fact[] some = new Fact[700];
        Arrays.fill(some, new PoliciesChanged(Policies.DEFAULT));
        for (int i = 0; i < 3; i++) {
            agent.append(some);
            other.append(new PoliciesChanged(Policies.DEFAULT));
        }
        long to = other.append(new PoliciesChanged(Policies.DEFAULT));
        rest.await(to);

        JsonNode records = content(json("incident", "rep-many", from, to), "records");
        long all = records.path("total").longValue();
        assertThat(all).isGreaterThan(3L * some.length);
        assertThat(StreamSupport.stream(records.path("rows").spliterator(), false)
                        .map(row -> row.path("position").longValue())
                        .toList())
                .hasSize((int) all)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(records.path("rows").findValuesAsString("host")).containsOnly("rep-many");
        assertThat(new String(
                        rest.file("reports", request("incident", "html", "rep-many", from, to)),
                        StandardCharsets.UTF_8))
                .contains(String.format(Locale.ROOT, "The first 1,000 of %,d.", all));
        long counted = 0;
        for (JsonNode count :
                content(json("compliance", "rep-many", from, to), "event-types").path("rows")) {
            counted += count.path("count").longValue();
        }
        assertThat(counted).isEqualTo(all);
    }

    @Test
    void anIncidentHasEveryRecordAndAPicture() {
        long from = newest();
        long to = zombie("rep-incident");
        JsonNode report = json("incident", "rep-incident", from, to);
        assertThat(content(report, "records").path("total").longValue()).isEqualTo(to - from);
        assertThat(content(report, "records").path("rows").path(0).path("fact").asString())
                .contains("\"machineId\":\"machine\"");
        String page = new String(
                rest.file("reports", request("incident", "html", "rep-incident", from, to)), StandardCharsets.UTF_8);
        assertThat(page)
                .contains("<svg ")
                .contains("of mappings that stood in it and did not change, only this picture does")
                .contains("rep-incident.1-1")
                .contains("<title>rep-incident.1-1 in 1-1 0x0000003800000000: ORPHANED, EXPORTER_RELEASED</title>")
                .contains("<title>DMA fault of 0000:af:00.0 of rep-incident, 05</title>");
    }

    @Test
    void anInventoryTellsWhoHoldsWhatAtItsEnd() {
        long from = newest();
        Log.Agent agent = log.agent("rep-inventory", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapMemory(agent, 1, IovaRange.ofSize(0x10_0000, 0x2000));
        long mapped = Facts.mapMemory(agent, 2, IovaRange.ofSize(0x20_0000, 0x1000));
        long after = Facts.mapMemory(agent, 3, IovaRange.ofSize(0x30_0000, 0x1000));
        rest.await(after);
        JsonNode report = json("inventory", "rep-inventory", from, mapped);
        JsonNode sums = content(report, "mappings").path("rows");
        assertThat(sums).singleElement().satisfies(sum -> {
            assertThat(sum.path("mappings").longValue()).isEqualTo(2);
            assertThat(sum.path("bytes").asString()).isEqualTo("12288");
            assertThat(sum.path("backing").asString()).isEqualTo("memory");
        });
        assertThat(content(report, "devices").path("rows")).hasSize(3);
        assertThat(content(report, "contexts").path("rows").path(0).path("devices"))
                .hasSize(2);
        assertThat(content(report, "hosts")
                        .path("rows")
                        .path(0)
                        .path("mappings")
                        .longValue())
                .isEqualTo(2);
    }

    @Test
    void anInventoryAtAnInstantHasWhatStoodOnEachHostThen() {
        Log.Agent early = log.agent("rep-early", 1);
        Facts.prepare(early, Facts.BOOT);
        Facts.mapBar(early, 1, IOVA);
        long released = early.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(early.next(), 1, Facts.EXPORTER));
        long unmapped = early.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(early.next(), 1, IOVA, IOVA.size()));
        Log.Agent late = log.agent("rep-late", 1);
        Facts.prepare(late, Facts.BOOT);
        long last = Facts.mapBar(late, 1, IOVA);
        rest.await(last);
        assertThat(unmapped).isGreaterThan(released);
        String instant = instantOf(released);
        JsonNode report = new JsonMapper()
                .readTree(rest.file(
                        "reports",
                        "{\"kind\":\"inventory\",\"format\":\"json\",\"to\":\"%s\",\"known\":\"%d\"}"
                                .formatted(instant, last)));
        assertThat(content(report, "rests-on").path("entries").path("position").longValue())
                .as("that of the other host, which came later")
                .isGreaterThan(unmapped);
        assertThat(content(report, "zombies").path("rows")).anySatisfy(zombie -> {
            assertThat(zombie.path("mapping").asString()).isEqualTo("rep-early.1-1");
            assertThat(zombie.has("until")).isFalse();
        });
    }

    private String instantOf(long position) {
        return rest.ok("events?after=" + (position - 1) + "&limit=1")
                .path("events")
                .path(0)
                .path("wall")
                .asString();
    }

    @Test
    void aReportOnPaperHasItsSections() throws Exception {
        long from = newest();
        long to = zombie("rep-paper");
        try (PDDocument pdf =
                Loader.loadPDF(rest.file("reports", request("compliance", "pdf", "rep-paper", from, to)))) {
            assertThat(new PDFTextStripper().getText(pdf).replaceAll("\\s", ""))
                    .contains("IOMMULedger:Compliancereport")
                    .contains("rep-paper.1-1")
                    .contains("Accesstotheaudititself");
        }
    }

    @Test
    void aLowerBoundIsNotHowLongAResetLasted() {
        long from = newest();
        Log.Agent agent = log.agent("rep-unfinished", 1);
        Facts.prepare(agent, Facts.BOOT);
        agent.append(new ResetRequested(9, Facts.EXPORTER, EpisodeKind.FUNCTION_RESET, List.of(Facts.EXPORTER)));
        agent.append(new FaultsMissed("some"));
        long to = log.agent("rep-unfinished", 2).append(Facts.epochBegan("another-boot"));
        rest.await(to);
        JsonNode reset = content(json("incident", "rep-unfinished", from, to), "resets")
                .path("rows")
                .path(0);
        assertThat(reset.path("outcome").asString()).isEqualTo("UNKNOWN");
        assertThat(reset.has("lastedNanos")).isFalse();
        assertThat(reset.path("atLeastNanos").longValue()).isPositive();
    }

    @Test
    void refusesWhatIsNoReport() {
        assertRefused("{\"kind\":\"novel\",\"format\":\"pdf\"}", 400, "compliance or incident or inventory");
        assertRefused("{\"kind\":\"incident\",\"format\":\"docx\"}", 400, "pdf or html or json or csv");
        assertRefused("{\"kind\":\"incident\"}", 400, "format");
        assertRefused(
                "{\"kind\":\"incident\",\"format\":\"csv\",\"scope\":{\"host\":\"x\",\"device\":\"0000:3b:00.0\"}}",
                400,
                "whole hosts");
        assertRefused("{\"kind\":\"incident\",\"format\":\"csv\",\"scope\":{\"host\":\"nobody-here\"}}", 404, "nobody");
        assertThat(rest.get("reports/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(rest.get("reports/one").status()).isEqualTo(400);
    }

    private void assertRefused(String body, int status, String word) {
        Rest.Answer answer = rest.send("POST", "reports", body);
        assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(status);
        assertThat(answer.body().path("detail").asString()).contains(word);
    }
}
