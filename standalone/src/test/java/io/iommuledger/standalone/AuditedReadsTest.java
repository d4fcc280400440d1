package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Screen;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Server.Side;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who reads from a query side is recorded by a command side, each a server of its own, before anything is answered. */
@TestInstance(Lifecycle.PER_CLASS)
class AuditedReadsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long PATIENCE_SECONDS = 30;
    private static final int MANY = 64;

    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedServer postgres;
    private Server command;
    private Server query;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        postgres = EmbeddedServer.start(data);
        command = Server.start(new Server.Settings(
                EnumSet.of(Side.COMMAND),
                postgres.address(),
                Server.Rest.local(),
                "127.0.0.1:0",
                "",
                "audited",
                Server.Signing.NONE,
                new Server.Audited(true, List.of())));
        query = audited(command.port());
    }

    @AfterAll
    void stop() {
        query.close();
        command.close();
        postgres.close();
    }

    @Test
    void whoAsksIsRecordedBeforeTheAnswer() throws Exception {
        HttpResponse<String> answer = get(query, "hosts?limit=7", "X-Asked", "1");
        assertThat(answer.statusCode()).isEqualTo(200);
        List<JsonNode> reads = reads("hosts?limit=7");
        assertThat(reads).hasSize(1);
        JsonNode read = reads.getFirst().path("fact");
        assertThat(read.path("method").asString()).isEqualTo("GET");
        assertThat(read.path("kind").asString()).isEqualTo("hosts");
        assertThat(read.path("principal").asString()).isNotEmpty();
        assertThat(read.path("atNanos").asString()).matches("20\\d\\d-.*Z");
        JsonNode listed = JSON.readTree(
                get(query, "accesses?principal=" + read.path("principal").asString(), "X-Asked", "1")
                        .body());
        assertThat(listed.path("accesses"))
                .extracting(access -> access.path("target").asString())
                .contains("/api/v1/hosts?limit=7");
        JsonNode none = JSON.readTree(
                get(query, "accesses?principal=nobody", "X-Asked", "1").body());
        assertThat(none.path("accesses")).isEmpty();
        JsonNode page =
                JSON.readTree(get(query, "accesses?limit=1", "X-Asked", "1").body());
        assertThat(page.path("accesses")).hasSize(1);
        JsonNode before = JSON.readTree(
                get(query, "accesses?limit=1&cursor=" + page.path("next").asString(), "X-Asked", "1")
                        .body());
        assertThat(before.path("accesses").path(0).path("position").asLong())
                .isLessThan(page.path("accesses").path(0).path("position").asLong());
        JsonNode first = JSON.readTree(
                get(query, "events?type=access.began", "X-Asked", "1").body());
        assertThat(first.path("events").path(0).path("sequence").asLong(-1)).isZero();
    }

    /** Names of principals among it. */
    @Test
    void whoAsksACommandSideForWhatItShowsIsRecordedToo() throws Exception {
        get(query, "hosts?limit=21", "X-Asked", "1");
        String reader = reads("hosts?limit=21")
                .getFirst()
                .path("fact")
                .path("principal")
                .asString();
        HttpResponse<String> shown = get(command, "principals/" + reader, "X-Asked", "1");
        assertThat(shown.body()).contains("salt");
        HttpResponse<String> rule = http.send(
                request(command, "retention/rules/audited-reads")
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(
                                "{\"eventClass\":\"dma-faults\",\"keepSeconds\":86400}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(rule.statusCode()).as(rule.body()).isBetween(200, 201);
        for (String path : List.of("principals/" + reader, "erasures", "retention/holds", "hosts/nobody/key")) {
            int before = reads(path).size();
            get(command, path, "X-Asked", "1");
            assertThat(reads(path)).as(path).hasSize(before + 1);
        }
        assertThat(reads("retention/rules"))
                .as("its answer shows the rule, whether or not it is another now")
                .singleElement()
                .satisfies(read ->
                        assertThat(read.path("fact").path("method").asString()).isEqualTo("PUT"));
        http.send(
                request(command, "hosts/nobody/contexts")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(reads("hosts/nobody/contexts")).isEmpty();
        get(command, "operations/" + UUID.randomUUID(), "X-Asked", "1");
        assertThat(reads("operations/")).isEmpty();
    }

    @Test
    void nobodyIsRecordedToHaveReadWhatIsNotThereYet() throws Exception {
        long newest = 1_000_000;
        HttpRequest told = request(command, "accesses")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"instance":"%s","server":"made up","begunNanos":1,"reads":[{"atNanos":2,"peer":"10.0.0.1",
                        "method":"GET","kind":"hosts","target":"/api/v1/hosts","position":%d}]}
                        """.formatted(UUID.randomUUID(), newest)))
                .build();
        HttpResponse<String> answer = http.send(told, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("field").asString()).endsWith("position");
        assertThat(problem.path("value").asString()).isEqualTo(Long.toString(newest));
    }

    @Test
    void noQuerySideGoesWithoutByAccident() {
        StringWriter said = new StringWriter();
        int exit = Launcher.commands("query-side", Screen.ofProcess(), Pause.SECOND)
                .setErr(new PrintWriter(said, true))
                .execute("query-side", "--db-url", "jdbc:postgresql://127.0.0.1:1/none", "--port", "0");
        assertThat(exit).isEqualTo(2);
        assertThat(said.toString()).contains("--command-side URL").contains("--no-audit-reads");
    }

    /** It would else be a new answer after each question. */
    @Test
    void thatSomebodyReadChangesNoAnswerAndOneThatIsKeptIsRecordedToo() throws Exception {
        awaitRows();
        HttpResponse<String> first = get(query, "hosts?limit=9", "X-Asked", "1");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        awaitRows();
        HttpResponse<String> kept = get(query, "hosts?limit=9", "If-None-Match", tag);
        assertThat(kept.statusCode()).isEqualTo(304);
        assertThat(reads("hosts?limit=9")).hasSize(2);
        assertThat(get(query, "hosts?limit=9", "X-Asked", "1").body()).isEqualTo(first.body());
    }

    @Test
    void manyAtOnceAreAllRecorded() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, MANY)
                .mapToObj(i -> http.sendAsync(
                        request(query, "zombies?limit=" + (i + 1)).GET().build(), BodyHandlers.ofString()))
                .toList();
        for (CompletableFuture<HttpResponse<String>> one : asked) {
            assertThat(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        List<JsonNode> all = reads("zombies?limit=");
        assertThat(all).hasSize(MANY);
        assertThat(all)
                .extracting(read -> read.path("fact").path("target").asString())
                .doesNotHaveDuplicates();
        List<Long> sequences =
                all.stream().map(read -> read.path("sequence").asLong()).toList();
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whatCannotBeRecordedIsNotShown() throws Exception {
        int port = closedPort();
        try (Server alone = audited(port)) {
            for (String path : List.of(
                    "hosts",
                    "events",
                    "exports?format=cef",
                    "events/stream",
                    "hosts/nobody/devices",
                    "proof/tile/entries/000.p/1")) {
                HttpResponse<String> refused = get(alone, path, "X-Asked", "1");
                assertThat(refused.statusCode()).as(path).isEqualTo(503);
                JsonNode problem = JSON.readTree(refused.body());
                assertThat(problem.path("type").asString()).as(path).isEqualTo("/problems/access-not-recorded");
                assertThat(problem.path("detail").asString()).contains("http://127.0.0.1:" + port + " does not answer");
                assertThat(problem.has("tainted")).isFalse();
            }
            // Nothing of the audit: no reason to refuse it.
            assertThat(get(alone, "projection", "X-Asked", "1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aStreamIsOneAccessAndTellsOfItselfOnce() throws Exception {
        HttpRequest request =
                request(query, "events/stream?type=access.read").GET().build();
        HttpResponse<java.util.stream.Stream<String>> stream = http.send(request, BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        get(query, "resets?limit=3", "X-Asked", "1");
        try (java.util.stream.Stream<String> lines = stream.body()) {
            assertThat(lines.filter(line -> line.startsWith("data:") && line.contains("resets?limit=3"))
                            .findFirst())
                    .isPresent();
        }
        assertThat(reads("events/stream?type=access.read")).hasSize(1);
    }

    @Test
    void anExportEndsWithWhatWasReadAndGoesOnWhereItEnded() throws Exception {
        get(query, "hosts?limit=11", "X-Asked", "1");
        awaitRows();
        HttpResponse<String> whole = get(query, "exports?format=cloudevents&from=0", "X-Asked", "1");
        assertThat(whole.body()).contains("/api/v1/hosts?limit=11");
        String end = whole.headers().firstValue("Ledger-Position").orElseThrow();
        HttpResponse<String> rest = get(query, "exports?format=cloudevents&from=" + end, "X-Asked", "1");
        assertThat(rest.statusCode()).as(rest.body()).isEqualTo(200);
        assertThat(rest.body()).doesNotContain("hosts?limit=11");
    }

    /** A loop that waits for what comes next would go as fast as it can, and fill the log. */
    @Test
    void nobodyIsWokenByHisOwnQuestion() throws Exception {
        for (String path : List.of("zombies?", "events?", "exports?format=cef&")) {
            awaitRows();
            long before = JSON.readTree(
                            get(query, "events?limit=1", "X-Asked", "1").body())
                    .path("position")
                    .asLong();
            // That this was asked for is at the next position, and that the next question is behind that.
            HttpResponse<String> waited = get(query, path + "wait=" + (before + 2), "X-Asked", "1");
            assertThat(waited.statusCode()).as(path).isEqualTo(503);
            assertThat(waited.body()).contains("projection-behind");
        }
    }

    @Test
    void theReportOfComplianceHasWhoReadAndSaysAboutWhichControls() throws Exception {
        get(query, "zombies?limit=12", "X-Asked", "1");
        awaitRows();
        long head = JSON.readTree(get(query, "projection", "X-Asked", "1").body())
                .path("position")
                .asLong();
        HttpResponse<String> report = http.send(
                request(query, "reports")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"kind\":\"compliance\",\"from\":0,\"to\":" + head + ",\"format\":\"csv\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(report.statusCode()).as(report.body()).isEqualTo(200);
        assertThat(report.body().lines()).anyMatch(line -> line.startsWith("accesses,") && line.contains(",zombies,"));
        assertThat(report.body().lines())
                .anyMatch(
                        line -> line.startsWith("controls,PCI") && line.contains(",10.2,") && line.contains("access"));
    }

    @Test
    void oneProcessRecordsByItself(@TempDir Path data) throws Exception {
        try (Standalone running = Standalone.start(new Standalone.Settings(
                data,
                Server.Rest.local(),
                "",
                Standalone.Machine.NONE,
                Policies.DEFAULT,
                false,
                Server.Signing.NONE,
                true))) {
            assertThat(get(running.server(), "hosts", "X-Asked", "1").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> events = get(running.server(), "events?after=0", "X-Asked", "1");
            assertThat(JSON.readTree(events.body()).path("events"))
                    .extracting(event -> event.path("type").asString())
                    .as("without that it is being asked for")
                    .containsExactly("access.began", "access.read");
        }
    }

    private Server audited(int commandPort) {
        return Server.start(new Server.Settings(
                EnumSet.of(Side.QUERY),
                postgres.address(),
                Server.Rest.local(),
                "",
                "",
                "",
                Server.Signing.NONE,
                new Server.Audited(true, List.of(URI.create("http://127.0.0.1:" + commandPort)))));
    }

    private static int closedPort() throws Exception {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The read records whose target begins so, in order. */
    private List<JsonNode> reads(String path) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        long after = 0;
        long head;
        do {
            JsonNode page =
                    JSON.readTree(get(query, "events?type=access.read&limit=1000&after=" + after, "X-Asked", "1")
                            .body());
            page.path("events").forEach(event -> {
                if (event.path("fact").path("target").asString().startsWith("/api/v1/" + path)) {
                    found.add(event);
                }
            });
            head = page.path("position").asLong();
            after = page.path("next").asLong();
        } while (after < head);
        return found;
    }

    private void awaitRows() throws Exception {
        JsonNode head = JSON.readTree(get(query, "events", "X-Asked", "1").body());
        HttpResponse<String> reached =
                get(query, "zombies?wait=" + head.path("position").asLong(), "X-Asked", "1");
        assertThat(reached.statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(Server server, String path, String header, String value) throws Exception {
        return http.send(request(server, path).header(header, value).GET().build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(Server server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/" + path));
    }
}
