package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeKeeper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A leader in another process fails in each of its ways, while it appends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TakeoverTest {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private TestStore store;
    private TcpProxy proxy;
    private Process leader;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    @BeforeAll
    void startStore(@TempDir Path directory) {
        store = new TestStore(directory);
    }

    @AfterAll
    void stopStore() {
        store.close();
    }

    @BeforeEach
    void startLeader() throws Exception {
        store.empty();
        said.clear();
        proxy = TcpProxy.before(store.address());
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppenderProcess.class.getName(),
                        proxy.url(store.address()),
                        store.address().service().user())
                .redirectErrorStream(true);
        builder.environment().put("PASSWORD", store.address().service().password());
        leader = builder.start();
        Thread.ofVirtual().start(this::listen);
        hear("stored 20 ");
    }

    @AfterEach
    void stopLeader() throws Exception {
        leader.destroyForcibly().waitFor();
        proxy.close();
    }

    @Test
    void aLeaderThatIsKilled() throws Exception {
        try (Appender standby = store.appender("standby")) {
            assertThat(standby.leads()).isFalse();
            leader.destroyForcibly();
            takesOver(standby);
        }
    }

    @Test
    void aLeaderThatIsStoppedAndGoesOn() throws Exception {
        try (Appender standby = store.appender("standby")) {
            signal("STOP");
            takesOver(standby);
            signal("CONT");
            hear("ask standby");
            appendsNothingMore(standby);
        }
    }

    @Test
    void aLeaderThatIsCutOffAndComesBack() throws Exception {
        try (Appender standby = store.appender("standby")) {
            proxy.cutOff();
            takesOver(standby);
            proxy.reconnect();
            hear("ask standby");
            appendsNothingMore(standby);
        }
    }

    private void takesOver(Appender standby) throws Exception {
        long failed = System.nanoTime();
        while (!standby.leads()) {
            assertThat(Duration.ofNanos(System.nanoTime() - failed)).isLessThan(BOUND);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        long position = standby.append(List.of(TestStore.event("standby", 0))).get(5, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - failed)).isLessThan(BOUND);
        awaitThatNothingIsLocked();
        List<EventLog.Entry> entries = new EventLog(store.jdbc).between(0, Long.MAX_VALUE, 1_000_000);
        assertThat(entries.stream().map(EventLog.Entry::position))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, position).boxed().toList());
        long others = position - 1;
        TreeKeeper keeper = store.treeKeeper(standby);
        keeper.start();
        try {
            new LogTree(store.jdbc).await(position);
        } finally {
            keeper.stop();
        }
        assertThat(said.stream().filter(line -> line.startsWith("stored ")))
                .as("what it was told is stored, is")
                .allSatisfy(line -> assertThat(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                        .isLessThanOrEqualTo(others));
    }

    /** The leader was amid a transaction: while that is open nobody can do its work. */
    private void awaitThatNothingIsLocked() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!store.jdbc
                .sql("SELECT pg_try_advisory_xact_lock(" + AppenderProcess.LOCKED + ")")
                .query(Boolean.class)
                .single()) {
            assertThat(System.nanoTime() - end).as("still locked").isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void appendsNothingMore(Appender standby) throws Exception {
        for (long sequence = 1; sequence < 20; sequence++) {
            standby.append(List.of(TestStore.event("standby", sequence))).get(5, TimeUnit.SECONDS);
        }
        List<EventLog.Entry> entries = new EventLog(store.jdbc).between(0, Long.MAX_VALUE, 1_000_000);
        assertThat(entries.stream().map(EventLog.Entry::stream).dropWhile("other"::equals))
                .hasSize(20)
                .containsOnly("standby");
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(leader.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private void hear(String part) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (String line = ""; !line.contains(part); ) {
            line = said.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            assertThat(line).as("waiting for: " + part).isNotNull();
        }
    }

    private void listen() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(leader.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException ended) {
            // with the process
        }
    }
}
