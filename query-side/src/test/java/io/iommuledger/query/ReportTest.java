package io.iommuledger.query;

import static io.iommuledger.query.Reports.IOVA;
import static io.iommuledger.query.Reports.content;
import static io.iommuledger.query.Reports.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.Fact;
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
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
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
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an auditor is given. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ReportTest {
    private final Rest rest;
    private final Log log;
    private final Reports reports;
    private final JdbcClient jdbc;

    ReportTest(
            @Autowired Log log,
            @Autowired EventLog events,
            @Autowired TreeLog tree,
            @Autowired TreeRows rows,
            @Autowired Appender appender,
            @Autowired JdbcClient jdbc,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
        this.reports = new Reports(rest, log, events, tree, rows, appender);
    }

    /** What its agent says at this moment, which it would not say of the same place later. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"to\":\"2026-01-01T06:00:00Z\""})
    void whatIsHeardOfAHostOnlyNowIsInNoReport(String to) {
        String host = "heard-report-" + to.length();
        rest.await(log.agent(host, 1).append(Facts.epochBegan(Facts.BOOT)));
        String request =
                "{\"kind\":\"inventory\",\"format\":\"json\"%s,\"scope\":{\"host\":\"%s\"}}".formatted(to, host);
        JsonNode before = completeness(request);
        jdbc.sql("INSERT INTO host_heard VALUES (:host, 1, 1, 1798700000000000000, now())")
                .param("host", host)
                .update();
        assertThat(completeness(request)).isEqualTo(before);
        assertThat(before.toString()).contains(host);
    }

    /** Of a request that means another thing each time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"to\":\"2026-01-01T06:00:00Z\"",
                ",\"from\":\"2025-12-31T00:00:00Z\",\"to\":\"2026-01-01T06:00:00Z\""
            })
    void theQueryInAReportMeansTheSameForEver(String period) throws InterruptedException {
        String host = "pinned-report-" + period.length();
        reports.zombie(host);
        queryMeansTheSame(host, period);
    }

    /** Of what was asked of a host that has told nothing since. */
    @Test
    void theQueryMeansTheSameWhereNoHostToldAnything() throws InterruptedException {
        String host = "pinned-quiet";
        reports.zombie(host);
        Instant quiet = Instant.now();
        long asked = log.append(new OperationRequested(
                new UUID(91, 1), new StreamId(new HostId(host), 1), "somebody", new Instruction.OpenContext(), 1));
        rest.await(asked);
        queryMeansTheSame(host, ",\"from\":\"%s\",\"to\":\"%s\"".formatted(quiet, quiet.plusSeconds(3_600)));
        queryMeansTheSame(
                host, ",\"from\":\"%s\",\"to\":\"%s\"".formatted(quiet.plusSeconds(60), quiet.plusSeconds(3_600)));
    }

    private void queryMeansTheSame(String host, String period) throws InterruptedException {
        for (String kind : List.of("compliance", "incident", "inventory")) {
            reports.sign(reports.newest());
            byte[] first = rest.file(
                    "reports",
                    "{\"kind\":\"%s\",\"format\":\"json\"%s,\"scope\":{\"host\":\"%s\"}}"
                            .formatted(kind, period, host));
            JsonNode query = content(new JsonMapper().readTree(first), "query").path("entries");
            rest.await(log.agent(host + "-later-" + kind + period.hashCode(), 1).append(Facts.epochBegan(Facts.BOOT)));
            String pinned = "{\"kind\":%s,\"format\":%s,\"from\":%s,\"to\":%s%s,\"scope\":{\"host\":\"%s\"}}"
                    .formatted(
                            query.path("kind"),
                            query.path("format"),
                            query.path("from"),
                            query.path("to"),
                            query.has("known") ? ",\"known\":" + query.path("known") : "",
                            host);
            assertThat(new String(rest.file("reports", pinned), StandardCharsets.UTF_8))
                    .as(pinned)
                    .isEqualTo(new String(first, StandardCharsets.UTF_8));
        }
    }

    private JsonNode completeness(String request) {
        return content(new JsonMapper().readTree(rest.file("reports", request)), "completeness");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "html", "pdf"})
    void theSameRequestHasTheSameBytes(String format) throws InterruptedException {
        String host = "same-report-" + format;
        long from = reports.newest();
        long to = reports.zombie(host);
        reports.sign(to);
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

    @Test
    void ofAWindowOfManyPagesOnlyThoseFormsHaveAllThatKeepAll() {
        long from = reports.newest();
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

        JsonNode records = content(reports.json("incident", "rep-many", from, to), "records");
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
        for (JsonNode count : content(reports.json("compliance", "rep-many", from, to), "event-types")
                .path("rows")) {
            counted += count.path("count").longValue();
        }
        assertThat(counted).isEqualTo(all);
    }

    @Test
    void anIncidentHasEveryRecordAndAPicture() {
        long from = reports.newest();
        long to = reports.zombie("rep-incident");
        JsonNode report = reports.json("incident", "rep-incident", from, to);
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
        long from = reports.newest();
        Log.Agent agent = log.agent("rep-inventory", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapMemory(agent, 1, IovaRange.ofSize(0x10_0000, 0x2000));
        long mapped = Facts.mapMemory(agent, 2, IovaRange.ofSize(0x20_0000, 0x1000));
        long after = Facts.mapMemory(agent, 3, IovaRange.ofSize(0x30_0000, 0x1000));
        rest.await(after);
        JsonNode report = reports.json("inventory", "rep-inventory", from, mapped);
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
        long from = reports.newest();
        long to = reports.zombie("rep-paper");
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
        long from = reports.newest();
        Log.Agent agent = log.agent("rep-unfinished", 1);
        Facts.prepare(agent, Facts.BOOT);
        agent.append(new ResetRequested(9, Facts.EXPORTER, EpisodeKind.FUNCTION_RESET, List.of(Facts.EXPORTER)));
        agent.append(new FaultsMissed("some"));
        long to = log.agent("rep-unfinished", 2).append(Facts.epochBegan("another-boot"));
        rest.await(to);
        JsonNode reset = content(reports.json("incident", "rep-unfinished", from, to), "resets")
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
