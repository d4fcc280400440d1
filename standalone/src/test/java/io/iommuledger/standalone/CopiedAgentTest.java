package io.iommuledger.standalone;

import static io.iommuledger.standalone.JournalAgainstStore.assertSame;
import static io.iommuledger.standalone.JournalAgainstStore.epochs;
import static io.iommuledger.standalone.JournalAgainstStore.stored;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.agent.AgentMain;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.standalone.Server.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The state directory of a running agent is copied, and a second agent is started from the copy: real processes. */
@Timeout(300)
class CopiedAgentTest {
    private static final HostId HOST = new HostId("cloned");
    private static final StreamId OLD = new StreamId(HOST, 1);
    private static final StreamId NEW = new StreamId(HOST, 2);

    @TempDir
    Path directory;

    @Test
    void oneStaysAndTheOtherIsFencedAndKeepsWhatItHas() throws Exception {
        Path state = directory.resolve("agent");
        Path copied = directory.resolve("copy");
        try (EmbeddedServer postgres = EmbeddedServer.start(directory.resolve("store"));
                HikariDataSource pool = Database.open(postgres.address());
                Server server = Server.start(new Server.Settings(
                        EnumSet.allOf(Side.class),
                        postgres.address(),
                        Server.Rest.local(),
                        "127.0.0.1:0",
                        "",
                        "copied"))) {
            Api api = new Api(server.port(), server.port());
            server.enrol(HOST, AgentKey.in(state).known().fingerprint());
            try (Running original = new Running(state, server.gatewayPort())) {
                await("facts of the original", () -> stored(pool, OLD) > 40);
                copy(state, copied);
                try (Running copy = new Running(copied, server.gatewayPort())) {
                    copy.says("as " + NEW);
                    long tookOver = System.nanoTime();
                    original.says("What stands on this host stays as it is");
                    assertThat(Duration.ofNanos(System.nanoTime() - tookOver)).isLessThan(Duration.ofSeconds(5));
                    assertThat(alarm(api).path("kind").asString()).isEqualTo("COPIED_AGENT");
                    assertThat(alarm(api).path("subject").asString()).isEqualTo(OLD.toString());

                    long storedOfTheOld = stored(pool, OLD);
                    assertThat(api.post(
                                            "hosts/cloned/contexts/1-1/mappings",
                                            "{\"iova\":0,\"size\":4096,\"access\":\"r\"}")
                                    .status())
                            .as("nobody instructs the one that is fenced")
                            .isBetween(400, 499);
                    Api.Reply opened = api.post("hosts/cloned/contexts", "");
                    assertThat(opened.text("context"))
                            .as(opened.body().toString())
                            .startsWith("2-");
                    await("facts of the copy", () -> stored(pool, NEW) > 40);
                    assertThat(original.isAlive())
                            .as("with what it holds in the kernel")
                            .isTrue();
                    assertThat(copy.isAlive()).isTrue();
                    assertThat(copy.said("stays as it is")).isFalse();
                    assertThat(stored(pool, OLD)).isEqualTo(storedOfTheOld);

                    copy.endInOrder();
                    original.endInOrder();
                }
            }
            EventLog log = new EventLog(JdbcClient.create(pool));
            EpochLog journalOfTheOld = journal(state, 1);
            assertThat(journalOfTheOld.nextSequence())
                    .as("it went on in its journal")
                    .isGreaterThan(stored(pool, OLD));
            assertSame(journalOfTheOld, log, OLD, 0, stored(pool, OLD));
            EpochLog journalOfTheNew = journal(copied, 2);
            assertThat(journalOfTheNew.nextSequence()).as("nothing is lost").isEqualTo(stored(pool, NEW));
            assertSame(journalOfTheNew, log, NEW, 0, stored(pool, NEW));
            assertThat(interleaved(pool))
                    .as("facts of the old after the first of the new")
                    .isZero();
        }
    }

    /** As a backup of a running machine does: what vanishes meanwhile is not in it. */
    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(path)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                try {
                    Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
                } catch (NoSuchFileException gone) {
                    // replaced by its next version
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static JsonNode alarm(Api api) {
        await("an alarm", () -> api.get("alarms").body().path("alarms").size() == 1);
        return api.get("alarms").body().path("alarms").path(0);
    }

    private static long interleaved(HikariDataSource pool) {
        return JdbcClient.create(pool)
                .sql("SELECT count(*) FROM event_log WHERE stream = :old AND position >"
                        + " (SELECT min(position) FROM event_log WHERE stream = :new)")
                .param("old", OLD.toString())
                .param("new", NEW.toString())
                .query(Long.class)
                .single();
    }

    private static EpochLog journal(Path state, long epoch) throws IOException {
        return epochs(state).stream()
                .filter(each -> each.epoch() == epoch)
                .findFirst()
                .orElseThrow();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** An agent on the simulated machine, with something going on, in a process of its own. */
    private static final class Running implements AutoCloseable {
        private final Process process;
        private final List<String> lines = new CopyOnWriteArrayList<>();

        Running(Path state, int gateway) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            AgentMain.class.getName(),
                            "--simulated",
                            "--journal-segment",
                            "1",
                            "--host",
                            HOST.value(),
                            "--state",
                            state.toString(),
                            "--connect",
                            "127.0.0.1:" + gateway)
                    .redirectErrorStream(true)
                    .start();
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                out.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException ended) {
                // with the process
            }
        }

        boolean said(String part) {
            return lines.stream().anyMatch(line -> line.contains(part));
        }

        void says(String part) {
            await(part + " in " + lines, () -> said(part));
        }

        boolean isAlive() {
            return process.isAlive();
        }

        void endInOrder() throws InterruptedException {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
