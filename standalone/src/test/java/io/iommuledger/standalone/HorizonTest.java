package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.proof.note.VerifierKey;
import io.iommuledger.standalone.Api.Reply;
import io.iommuledger.standalone.Standalone.Machine;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.LogKeys;
import io.iommuledger.verify.check.Removed;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.report.Verdict;
import io.iommuledger.verify.source.DatabaseSource;
import io.iommuledger.verify.source.RecordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** What hosts told up to a horizon goes, and what stands there and all that comes later is answered as it was. */
class HorizonTest {
    private static final String DEVICE = "0000:5e:00.0";
    private static final String CONTEXT = "hosts/demo/contexts/";
    private static final List<String> TABLES = List.of(
            "host_interval",
            "device_interval",
            "context_interval",
            "region_interval",
            "mapping_interval",
            "episode_interval",
            "finding",
            "dma_fault",
            "mapping_frames",
            "frame_run",
            "fact_time",
            "fact_gap",
            "requested_operation");

    @TempDir
    private Path data;

    private final Map<String, String> pinned = new LinkedHashMap<>();

    @Test
    void whatStandsAtTheHorizonAndAllThatComesLaterIsAnsweredAsItWas() throws Exception {
        long old = anOldHistory();
        long horizon;
        try (Standalone running = start(Machine.IDLE)) {
            Api api = api(running);
            map(api, context(api), "0x300000");
            rebuild(api);
            ok(api.put("retention/rules/old", "{\"eventClass\":\"history\",\"keepSeconds\":86400}"));
            horizon = awaitPlan(api, old);
            assertThat(horizon).isLessThanOrEqualTo(old);
            heldBack(api, old);
            pin(api, horizon);

            Reply removed = ok(api.post("retention/removals", ""));
            assertThat(removed.body()
                            .path("removals")
                            .path(0)
                            .path("horizonNotMoved")
                            .isMissingNode())
                    .as("%s", removed.body())
                    .isTrue();
            await(() -> isRemoved(api, old));

            assertThat(api.get("projection")
                            .body()
                            .path("horizon")
                            .path("position")
                            .asLong())
                    .isEqualTo(horizon);
            sameAnswers(api, "after the removal");
            nothingOfBefore(api, horizon);
            assertThat(api.get("mappings/demo.1-2").status()).as("it had ended").isEqualTo(404);
            assertThat(api.get("resets").body().path("sinceHorizon").asLong()).isEqualTo(horizon);
            List<String> rows = rows(running);
            rebuild(api);
            assertThat(api.get("rebuilds")
                            .body()
                            .path("rebuilds")
                            .path(0)
                            .path("horizon")
                            .asLong())
                    .isEqualTo(horizon);
            assertThat(rows(running)).as("made anew from the horizon on").containsExactlyElementsOf(rows);
            sameAnswers(api, "after a rebuild");
            verified(api, running);
        }
        try (Standalone running = start(Machine.IDLE)) {
            Api api = api(running);
            sameAnswers(api, "after a restart");
            map(api, context(api), "0x300000");
            List<String> rows = rows(running);
            rebuild(api);
            assertThat(rows(running))
                    .as("what came since is folded from there on")
                    .containsExactlyElementsOf(rows);
            try (Connection owner = owner(running.database());
                    Statement statement = owner.createStatement()) {
                ForgedHorizons.areFound(owner, () -> report(api, running));
                ForgedHorizons.addAPart(owner);
                rebuild(api);
                assertThat(rows(running))
                        .as("what the event does not count is nobody's")
                        .containsExactlyElementsOf(rows);
                statement.execute("ALTER TABLE horizon_state RENAME TO not_to_be_read");
                assertThat(report(api, running).horizonUnread())
                        .as("what was not looked at is not passed over in silence")
                        .isTrue();
                statement.execute("ALTER TABLE not_to_be_read RENAME TO horizon_state");
                assertThat(report(api, running).horizonUnread()).isFalse();
                statement.execute("DELETE FROM horizon_state");
            }
            Report report = report(api, running);
            assertThat(Verdict.of(report).exitCode()).isEqualTo(1);
            assertThat(report.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("is not stored"));
        }
    }

    /** A host's life three days ago, with a mapping that stands and one that has ended; position of its last record then. */
    private long anOldHistory() throws Exception {
        long head;
        try (Standalone running = Standalone.start(
                new Standalone.Settings(data, Server.Rest.local(), "", Machine.IDLE, Policies.KERNEL, false))) {
            Api api = api(running);
            String context = context(api);
            map(api, context, "0x100000");
            map(api, context, "0x200000");
            ok(api.delete(CONTEXT + context + "/mappings?iova=0x200000&size=0x1000"));
            head = api.get("events?limit=1").position();
        }
        // What was signed of the log as it was then is nothing that the older one goes on from.
        FileSystemUtils.deleteRecursively(data.resolve("log"));
        try (EmbeddedServer postgres = EmbeddedServer.start(data);
                Connection owner = owner(postgres.address());
                Statement statement = owner.createStatement()) {
            for (String table : List.of("event", "tree_tile", "checkpoint", "log_key")) {
                statement.execute("ALTER TABLE " + table + " DISABLE TRIGGER USER");
            }
            statement.execute("UPDATE event SET stored_at = stored_at - 3 * 86400000000000 WHERE position <= " + head);
            statement.execute("DELETE FROM tree_tile");
            statement.execute("DELETE FROM checkpoint");
            statement.execute("DELETE FROM log_key");
            statement.execute("UPDATE tree SET size = 0, origin = NULL");
            for (String table : List.of("event", "tree_tile", "checkpoint", "log_key")) {
                statement.execute("ALTER TABLE " + table + " ENABLE TRIGGER USER");
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT max(position) FROM event WHERE stream LIKE 'host/%' AND position <= " + head)) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Standalone start(Machine machine) throws Exception {
        return Standalone.start(new Standalone.Settings(
                data,
                Server.Rest.local(),
                "",
                machine,
                Policies.KERNEL,
                false,
                new Server.Signing("", "", List.of(), 1, 1),
                false));
    }

    /** A new one, with the device in it. */
    private static String context(Api api) {
        String context = ok(api.post("hosts/demo/contexts", "{}")).text("context");
        ok(api.post(CONTEXT + context + "/devices", "{\"device\":\"" + DEVICE + "\"}"));
        return context;
    }

    private static void map(Api api, String context, String iova) {
        ok(api.post(
                CONTEXT + context + "/mappings",
                "{\"iova\":\"" + iova + "\",\"size\":4096,\"access\":\"rw\",\"backing\":{\"memory\":{}}}"));
    }

    private static long awaitPlan(Api api, long old) throws Exception {
        long[] horizon = {0};
        await(() -> {
            JsonNode plan = ok(api.post("retention/removals?dryRun=true", ""))
                    .body()
                    .path("removals")
                    .path(0);
            horizon[0] = plan.path("horizon").asLong();
            return horizon[0] == old && plan.path("records").asLong() > 0;
        });
        return horizon[0];
    }

    /** By a hold on one record, and the plan says by which. */
    private static void heldBack(Api api, long old) throws Exception {
        String hold = ok(api.post(
                        "retention/holds",
                        "{\"reason\":\"a case\",\"fromPosition\":" + old + ",\"toPosition\":" + old + "}"))
                .text("hold");
        JsonNode plan = ok(api.post("retention/removals?dryRun=true", ""))
                .body()
                .path("removals")
                .path(0);
        assertThat(plan.path("horizon").asLong()).as("%s", plan).isLessThan(old);
        assertThat(plan.path("horizonHeldBy").asString()).isEqualTo(hold);
        ok(api.post("retention/holds/" + hold + "/release", "{\"reason\":\"closed\"}"));
        assertThat(awaitPlan(api, old)).isEqualTo(old);
    }

    /** Answers about the horizon, about what came after it, and about now. */
    private void pin(Api api, long horizon) {
        long head = api.get("hosts").position();
        for (long at : List.of(horizon, horizon + 3, head)) {
            for (String path : List.of(
                    "hosts?",
                    "hosts/demo/devices?",
                    "hosts/demo/contexts?",
                    "hosts/demo/regions?",
                    "mappings?iova=0-0xffffffffffffffff&",
                    "zombies?",
                    "mappings/demo.1-1?",
                    "mappings/demo.1-1/history?",
                    "hosts/demo/policies?")) {
                String link = path + "at=" + at;
                pinned.put(link, api.get(link).body().toString());
            }
        }
        assertThat(pinned.get("mappings?iova=0-0xffffffffffffffff&at=" + horizon))
                .contains("0x0000000000100000", "\"principal\"")
                .doesNotContain("0x0000000000200000");
        assertThat(pinned.get("mappings/demo.1-1/history?at=" + head)).contains("DROPPED");
        assertThat(api.get("mappings/demo.1-2").status()).isEqualTo(200);
        String diff = "hosts/demo/diff?from=" + horizon + "&at=" + head;
        pinned.put(diff, api.get(diff).body().toString());
        pinned.put("POST what-if", whatIf(api, horizon, head));
        pinned.put("POST replays", frames(api, horizon, head));
        pinned.put("from", Long.toString(horizon));
        pinned.put("to", Long.toString(head));
    }

    private void sameAnswers(Api api, String when) {
        long from = Long.parseLong(pinned.get("from"));
        long to = Long.parseLong(pinned.get("to"));
        pinned.forEach((link, before) -> {
            if (link.contains("?")) {
                assertThat(api.get(link).body().toString())
                        .as(when + ": " + link)
                        .isEqualTo(before);
            }
        });
        assertThat(whatIf(api, from, to)).as(when).isEqualTo(pinned.get("POST what-if"));
        assertThat(frames(api, from, to)).as(when).isEqualTo(pinned.get("POST replays"));
    }

    private static String whatIf(Api api, long from, long to) {
        return ok(api.post("what-if", "{\"from\":" + from + ",\"to\":" + to + ",\"policy\":{\"onRelease\":\"drop\"}}"))
                .body()
                .toString();
    }

    /** Hashes of the state where a replay begins and where it ends. */
    private static String frames(Api api, long from, long to) {
        Reply begun = ok(api.post("replays", "{\"from\":" + from + ",\"to\":" + to + "}"));
        String path = "replays/" + begun.text("id");
        List<String> hashes = new ArrayList<>();
        await(() -> !api.get(path).body().path("frame").path("hash").isMissingNode());
        hashes.add(api.get(path).body().path("frame").path("hash").asString());
        hashes.add(ok(api.post(path + "/control", "{\"action\":\"seek\",\"to\":" + to + "}"))
                .body()
                .path("frame")
                .path("hash")
                .asString());
        ok(api.delete(path));
        return hashes.toString();
    }

    private static void nothingOfBefore(Api api, long horizon) {
        long before = horizon - 1;
        for (Reply gone : List.of(
                api.get("hosts?at=" + before),
                api.get("zombies?at=" + before),
                api.get("hosts/demo/devices?at=2000-01-01T00:00:00Z"),
                api.get("hosts/demo/diff?from=" + before),
                api.post("replays", "{\"from\":" + before + "}"),
                api.post("replays", "{\"to\":" + before + "}"),
                api.post("what-if", "{\"from\":0,\"policy\":{\"onRelease\":\"drop\"}}"),
                api.post("bundles", "{\"from\":" + before + "}"),
                api.post("reports", "{\"kind\":\"compliance\",\"from\":" + before + ",\"format\":\"json\"}"))) {
            assertThat(gone.status()).as("%s", gone.body()).isEqualTo(410);
            assertThat(gone.text("type")).isEqualTo("/problems/before-horizon");
            assertThat(gone.body().path("horizon").asLong()).isEqualTo(horizon);
            assertThat(gone.body().path("rule").asString()).isEqualTo("old");
        }
        assertThat(api.firstData("zombies/stream?after=" + before))
                .as("who was away is told that changes are missing")
                .contains("zombies.before-horizon", "\"horizon\":" + horizon);
        // Records are told of as ever.
        assertThat(api.get("exports?format=cloudevents&from=" + (before - 1) + "&to=" + before)
                        .status())
                .isEqualTo(200);
        // A host that has told nothing since.
        assertThat(ok(api.post("replays", "{\"scope\":{\"host\":\"demo\"},\"to\":\"" + Instant.now() + "\"}"))
                        .body()
                        .path("from")
                        .asLong())
                .isEqualTo(horizon);
        assertThat(ok(api.post("replays", "{}")).body().path("from").asLong()).isEqualTo(horizon);
        assertThat(ok(api.post("reports", "{\"kind\":\"compliance\",\"from\":" + horizon + ",\"format\":\"json\"}"))
                        .body()
                        .isEmpty())
                .isFalse();
    }

    private static boolean isRemoved(Api api, long position) {
        return !api.get("events?after=" + (position - 1) + "&limit=1")
                .body()
                .path("events")
                .path(0)
                .path("removed")
                .isMissingNode();
    }

    private static void rebuild(Api api) {
        String id = ok(api.post("rebuilds", "")).text("id");
        await(() -> api.get("rebuilds/" + id).text("state").equals("done"));
    }

    private void verified(Api api, Standalone running) throws Exception {
        Report report = report(api, running);
        assertThat(report.findings()).isEmpty();
        assertThat(Verdict.of(report).exitCode()).isZero();
        assertThat(report.removed()).extracting(Removed::rule).containsExactly("old");
    }

    private Report report(Api api, Standalone running) throws Exception {
        JsonNode proof = api.get("proof").body();
        LogKeys key = LogKeys.of(
                VerifierKey.parse(proof.path("keys").path(0).path("key").asString()));
        long head = proof.path("position").asLong();
        await(() -> api.get("proof").body().path("checkpoint").path("size").asLong(-1) >= head);
        Path note = Files.writeString(
                data.resolve("kept.txt"),
                api.get("proof").body().path("checkpoint").path("note").asString());
        Database.Login owner = running.database().owner().orElseThrow();
        try (RecordSource log = DatabaseSource.open(running.database().url(), owner.user(), owner.password());
                Verifier verifier = new Verifier()) {
            return verifier.verify(log, List.of(Held.read(note, key)), key, Optional.empty());
        }
    }

    /** Of the set that answers. */
    private static List<String> rows(Standalone running) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection owner = owner(running.database());
                Statement statement = owner.createStatement()) {
            String serving;
            try (ResultSet row = statement.executeQuery("SELECT serving FROM projection")) {
                row.next();
                serving = row.getString(1);
            }
            for (String table : TABLES) {
                try (ResultSet row =
                        statement.executeQuery("SELECT t::text FROM " + serving + "." + table + " t ORDER BY 1")) {
                    while (row.next()) {
                        rows.add(table + " " + row.getString(1));
                    }
                }
            }
        }
        return rows;
    }

    private static Connection owner(Database.Address address) throws SQLException {
        Database.Login owner = address.owner().orElseThrow();
        return DriverManager.getConnection(address.url(), owner.user(), owner.password());
    }

    private static void await(BooleanSupplier done) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private static Reply ok(Reply reply) {
        assertThat(reply.status()).as("%s", reply.body()).isBetween(200, 201);
        return reply;
    }

    private static Api api(Standalone running) {
        return new Api(running.server().port(), running.server().port());
    }
}
