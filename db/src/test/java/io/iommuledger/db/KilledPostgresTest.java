package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

/** PostgreSQL is killed while it is appended to: what was confirmed is stored, once, and nothing else. */
@Tag("fault")
class KilledPostgresTest {
    private static final int COUNT = Integer.getInteger("faults.count", 3);
    private static final int WRITERS = 8;
    private static final int MOST_BEFORE_KILL = 300;
    private static final Duration RESUMES_WITHIN = Duration.ofSeconds(5);
    private static final long PATIENCE_SECONDS = 60;

    /** An event as its writer was told it stands. */
    private record Stood(long position, String stream, long sequence, UUID id) {}

    private final ConcurrentLinkedQueue<Stood> confirmed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger confirmations = new AtomicInteger();
    private final long[] nextSequence = new long[WRITERS];
    private volatile boolean goOn;

    @Test
    void whatWasConfirmedStandsOnceAndNothingElse(@TempDir Path directory) throws Exception {
        int held = 0;
        try (TestStore store = new TestStore(directory);
                Appender appender = store.appender("killed")) {
            Postmaster postgres = new Postmaster(directory, store.address());
            long verified = 0;
            for (int seed = 1; seed <= COUNT; seed++) {
                appendWhileKilled(appender, postgres, new SplittableRandom(seed));
                verified = verify(store, verified, "seed " + seed);
                held++;
            }
        } finally {
            System.out.println("F7 PostgreSQL killed during appends: " + held + "/" + COUNT);
        }
    }

    private void appendWhileKilled(Appender appender, Postmaster postgres, SplittableRandom random) throws Exception {
        goOn = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                writers.add(threads.submit(() -> write(appender, number)));
            }
            try {
                awaitConfirmations(writers, confirmations.get() + 1 + random.nextInt(MOST_BEFORE_KILL));
                if (random.nextBoolean()) {
                    postgres.kill();
                } else {
                    postgres.killAll();
                }
                postgres.start();
                long answers = System.nanoTime();
                awaitConfirmations(writers, confirmations.get() + 1);
                assertThat(Duration.ofNanos(System.nanoTime() - answers)).isLessThanOrEqualTo(RESUMES_WITHIN);
            } finally {
                goOn = false;
            }
            for (Future<?> writer : writers) {
                writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    /** What is refused is certainly not stored: it is appended anew, under another id. */
    private Void write(Appender appender, int writer) throws Exception {
        String stream = "writer-" + writer;
        while (goOn) {
            List<NewEvent> events = new ArrayList<>();
            for (int i = 0; i <= nextSequence[writer] % 3; i++) {
                events.add(TestStore.event(stream, nextSequence[writer] + i));
            }
            try {
                long last = appender.append(events).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                for (int i = 0; i < events.size(); i++) {
                    NewEvent event = events.get(i);
                    confirmed.add(
                            new Stood(last - events.size() + 1 + i, event.stream(), event.sequence(), event.id()));
                }
                nextSequence[writer] += events.size();
                confirmations.incrementAndGet();
            } catch (ExecutionException refused) {
                assertThat(refused.getCause())
                        .isInstanceOfAny(AppendRefused.StoreFailed.class, AppendRefused.NotLeader.class);
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        return null;
    }

    private void awaitConfirmations(List<Future<?>> writers, int wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (confirmations.get() < wanted) {
            for (Future<?> writer : writers) {
                if (writer.isDone()) {
                    writer.get();
                }
            }
            assertThat(System.nanoTime()).as("confirmations").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void awaitConnection(TestStore store) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                store.jdbc.sql("SELECT 1").query(Long.class).single();
                return;
            } catch (DataAccessException away) {
                assertThat(System.nanoTime()).as("a connection").isLessThan(deadline);
            }
        }
    }

    /** @return the last position */
    private long verify(TestStore store, long after, String round) {
        // Those of before the kill are dead, though the pool may not know it yet, and does not wait long for others.
        store.pool.getHikariPoolMXBean().softEvictConnections();
        awaitConnection(store);
        List<Stood> stored = store.jdbc
                .sql("SELECT position, stream, sequence, event_id AS id FROM event_log WHERE position > ? ORDER BY 1")
                .param(after)
                .query(Stood.class)
                .list();
        List<Stood> told = new ArrayList<>(confirmed);
        confirmed.clear();
        told.sort(Comparator.comparingLong(Stood::position));
        assertThat(stored).as(round).isEqualTo(told);
        for (Stood event : stored) {
            assertThat(event.position()).as(round + ", no position is left out").isEqualTo(++after);
        }
        return after;
    }
}
