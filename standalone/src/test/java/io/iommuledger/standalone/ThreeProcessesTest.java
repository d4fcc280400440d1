package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Command side, query side and agent as processes of their own on one PostgreSQL, as Docker Compose runs them. */
class ThreeProcessesTest {
    private static final long DIAL_SECONDS = 60;

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    Path data;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes.reversed()) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void theScenarioRunsAcrossProcesses() throws Exception {
        try (EmbeddedServer postgres = EmbeddedServer.start(data)) {
            Database.Address db = postgres.address();
            Matcher command = ready(
                    start(db, "command-side", "--port", "0", "--gateway", "127.0.0.1:0"),
                    "command side ready: REST on port (\\d+), agents on port (\\d+)");
            Matcher query = ready(
                    start(db, "query-side", "--port", "0", "--command-side", "http://127.0.0.1:" + command.group(1)),
                    "query side ready: REST on port (\\d+)");
            start(
                    db,
                    "agent",
                    "--simulated",
                    "--idle",
                    "--host",
                    "apart",
                    "--state",
                    data.resolve("agent").toString(),
                    "--on-release",
                    "leave",
                    "--on-reset",
                    "leave",
                    "--connect",
                    "127.0.0.1:" + command.group(2));
            Api api = new Api(Integer.parseInt(command.group(1)), Integer.parseInt(query.group(1)));
            String fingerprint = awaitWaitingKey(api);
            ready(
                    start(
                            db,
                            "agent",
                            "--fingerprint",
                            "--state",
                            data.resolve("agent").toString()),
                    Pattern.quote(fingerprint));
            ready(
                    start(db, "enrol", "apart", fingerprint, "--server", "http://127.0.0.1:" + command.group(1)),
                    "the agent with key " + Pattern.quote(fingerprint) + " speaks for host apart");
            awaitDevices(api);
            new ZombieScenario(api, "apart", "0000:af:00.0", "0000:3b:00.0", 0, DmaView.outOfSight()).run();
            eachDescribesWhatItServes(api);
            stop();
        }
    }

    private static void eachDescribesWhatItServes(Api api) {
        JsonNode commands = api.send(api.request("openapi.json").GET()).body().path("paths");
        JsonNode queries = api.get("openapi.json").body().path("paths");
        assertThat(commands.path("/api/v1/hosts/{host}/contexts").has("post")).isTrue();
        assertThat(commands.has("/api/v1/zombies")).isFalse();
        assertThat(queries.has("/api/v1/zombies")).isTrue();
        assertThat(queries.path("/api/v1/hosts/{host}/contexts").has("post")).isFalse();
    }

    private Process start(Database.Address db, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Launcher.class.getName()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LEDGER_DB_URL", db.url());
        Database.Login owner = db.owner().orElseThrow();
        builder.environment().put("LEDGER_DB_USER", db.service().user());
        builder.environment().put("LEDGER_DB_PASSWORD", db.service().password());
        builder.environment().put("LEDGER_DB_OWNER", owner.user());
        builder.environment().put("LEDGER_DB_OWNER_PASSWORD", owner.password());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static Matcher ready(Process process, String pattern) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher matcher = Pattern.compile(pattern).matcher(line);
            if (matcher.find()) {
                return matcher;
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the process ended before it was ready: " + said);
    }

    /** Of the agent that was refused. */
    private static String awaitWaitingKey(Api api) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DIAL_SECONDS);
        JsonNode waiting;
        do {
            assertThat(System.nanoTime()).as("the agent did not dial in").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(100);
            waiting = api.send(api.request("hosts/apart/key").GET()).body().path("waiting");
        } while (waiting.isEmpty());
        assertThat(api.get("alarms").body().path("alarms").path(0).path("kind").asString())
                .isEqualTo("KEY_NOT_ENROLLED");
        return waiting.path(0).path("fingerprint").asString();
    }

    private static void awaitDevices(Api api) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DIAL_SECONDS);
        while (api.get("hosts/apart/devices").body().path("devices").size() < 4) {
            assertThat(System.nanoTime()).as("the agent did not dial in").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
