package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.Verification;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

/** The tree over the log, while the log grows, its keepers end and its rows are changed behind their backs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TreeTest {
    private static final int ROUNDS = 8;
    private static final int MOST_BATCHES = 60;
    private static final int MOST_EVENTS = 60;

    private TestStore store;
    private LogTree tree;
    private TreeLog kept;

    @BeforeAll
    void startStore(@TempDir Path directory) {
        store = new TestStore(directory);
        tree = new LogTree(store.jdbc);
        kept = new TreeLog(store.jdbc);
    }

    @AfterAll
    void stopStore() {
        store.close();
    }

    @BeforeEach
    void empty() throws Exception {
        store.empty();
    }

    /** The next leader begins while the one before still writes, or long after; a session is ended in between. */
    @Test
    void theTreeIsThatOfTheLogHoweverItsKeepersEnd() throws Exception {
        Random random = new Random(20_261_128);
        long position = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Appender appender = store.appender("leader " + round)) {
                awaitLead(appender);
                TreeKeeper keeper = store.treeKeeper(appender);
                if (round % 3 != 1) {
                    keeper.start();
                }
                position = append(appender, "round/" + round, random);
                if (round % 2 == 0) {
                    store.asOwner("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name LIKE 'leader%'");
                    position = append(appender, "again/" + round, random);
                }
                if (random.nextBoolean()) {
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(600));
                }
                keeper.stop();
            }
            tree.requireEqual();
        }
        try (Appender appender = store.appender("last")) {
            awaitLead(appender);
            TreeKeeper keeper = store.treeKeeper(appender);
            keeper.start();
            tree.await(position);
            keeper.stop();
        }
    }

    @Test
    void anEditedRecordIsNotTheLeafAnyMore() throws Exception {
        grown(300);
        Proofs proofs = kept.proofs(300);
        Hash root = proofs.root();
        assertThat(proven(299, proofs, root)).isTrue();
        asIntruder("UPDATE event SET payload = 'changed' WHERE position = 300");
        assertThat(proven(299, proofs, root)).isFalse();
        assertThat(proven(298, proofs, root)).isTrue();
        asIntruder("UPDATE event SET stored_at = stored_at + 1 WHERE position = 7");
        assertThat(proven(6, proofs, root)).isFalse();
    }

    @Test
    void recordsThatAreGoneAtTheEndAreNoticedAndNotReplaced() throws Exception {
        grown(300);
        asIntruder("DELETE FROM event WHERE position > 290");
        damaged("290");
        try (Appender appender = store.appender("after")) {
            awaitLead(appender);
            List<NewEvent> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                others.add(TestStore.event("other", i));
            }
            appender.append(others).get(5, TimeUnit.SECONDS);
        }
        damaged("record at position 300");
        assertThat(kept.state().size()).isEqualTo(300);
    }

    /** The appender goes on where the log ends, and the tree with what is stored in place of what it has. */
    @Test
    void recordsThatAreGoneWhileTheTreeGrowsAreNoticed() throws Exception {
        try (Appender appender = store.appender("running")) {
            awaitLead(appender);
            TreeKeeper keeper = store.treeKeeper(appender);
            keeper.start();
            for (int i = 0; i < 20; i++) {
                appender.append(List.of(TestStore.event("early/" + i, 0))).get(5, TimeUnit.SECONDS);
            }
            tree.await(20);
            asIntruder("DELETE FROM event WHERE position > 15");
            awaitProblem("the tree is damaged", () -> {
                for (int i = 0; i < 20; i++) {
                    var _ = appender.append(List.of(TestStore.event("late/" + UUID.randomUUID(), 0)));
                }
            });
            assertThat(kept.state().size()).isEqualTo(20);
            keeper.stop();
        }
    }

    @Test
    void aTileThatIsGoneIsNoticed() throws Exception {
        grown(300);
        store.asOwner(
                "ALTER TABLE tree_tile DISABLE TRIGGER tree_tile_append_only",
                "DELETE FROM tree_tile WHERE level = 0 AND index = 1",
                "ALTER TABLE tree_tile ENABLE TRIGGER tree_tile_append_only");
        damaged("tile 0/001.p/44");
    }

    /** What a tile says is never replaced, the tree is never ahead of the log, and who led writes nothing any more. */
    @Test
    void theRowsRefuseWhatDoesNotContinueThem() throws Exception {
        grown(10);
        long term = Long.parseLong(ask("SELECT term FROM leadership"));
        String other = "decode(repeat('ab', 320), 'hex')";
        refused("SELECT grow_tree(" + term + ", 10, 10, '{0}', '{0}', ARRAY[" + other + "])", "another already");
        refused("SELECT grow_tree(" + term + ", 10, 11, '{}', '{}', '{}')", "has not 11 records");
        refused("SELECT grow_tree(" + term + ", 9, 10, '{}', '{}', '{}')", "has not 9 leaves");
        refused("SELECT grow_tree(" + (term - 1) + ", 10, 10, '{}', '{}', '{}')", "is over");
        String root = "decode(repeat('ab', 32), 'hex')";
        refused("SELECT keep_checkpoint(" + term + ", 11, " + root + ", 'k', 'n')", "does not follow");
        store.jdbc
                .sql("SELECT keep_checkpoint(" + term + ", 10, " + root + ", 'k', 'n')")
                .query()
                .listOfRows();
        refused("SELECT keep_checkpoint(" + term + ", 10, " + root + ", 'k', 'n')", "does not follow");
        refused("UPDATE tree SET size = 9", "permission denied");
        refused("DELETE FROM checkpoint", "permission denied");
        refused("INSERT INTO tree_tile VALUES (0, 9, " + root + ")", "permission denied");
    }

    private void refused(String statement, String why) {
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> store.jdbc.sql(statement).query().listOfRows())
                .withStackTraceContaining(why);
    }

    private String ask(String question) throws Exception {
        try (var connection = store.owner();
                var statement = connection.createStatement();
                var row = statement.executeQuery(question)) {
            row.next();
            return row.getString(1);
        }
    }

    /** A keeper begins, and says what is wrong. */
    private void damaged(String with) throws Exception {
        try (Appender appender = store.appender("keeper")) {
            awaitLead(appender);
            TreeKeeper keeper = store.treeKeeper(appender);
            keeper.start();
            awaitProblem(with, () -> {});
            keeper.stop();
        }
    }

    private void awaitProblem(String with, Runnable meanwhile) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (kept.state().problem().filter(problem -> problem.contains(with)).isEmpty()) {
            assertThat(System.nanoTime() - end).as("%s: %s", with, kept.state()).isNegative();
            meanwhile.run();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean proven(long index, Proofs proofs, Hash root) {
        StoredRecord record =
                new EventLog(store.jdbc).records(index, index + 1, 1).getFirst();
        Hash leaf = new TreeHasher().leaf(record.encoded());
        return Verification.inclusion(index, 300, leaf, proofs.inclusion(index), root);
    }

    private void asIntruder(String statement) throws Exception {
        store.asOwner(
                "ALTER TABLE event DISABLE TRIGGER event_append_only",
                statement,
                "ALTER TABLE event ENABLE TRIGGER event_append_only");
    }

    private void grown(int size) throws Exception {
        try (Appender appender = store.appender("grown")) {
            awaitLead(appender);
            TreeKeeper keeper = store.treeKeeper(appender);
            keeper.start();
            List<NewEvent> events = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                events.add(TestStore.event("grown", i));
            }
            appender.append(events).get(5, TimeUnit.SECONDS);
            tree.await(size);
            keeper.stop();
        }
    }

    private static void awaitLead(Appender appender) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!appender.leads()) {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Batches of every size, to several streams at once; returns the log's last position. */
    private static long append(Appender appender, String stream, Random random) throws Exception {
        List<CompletableFuture<Long>> stored = new ArrayList<>();
        int batches = 1 + random.nextInt(MOST_BATCHES);
        for (int batch = 0; batch < batches; batch++) {
            String own = stream + "/" + batch;
            List<NewEvent> events = new ArrayList<>();
            int size = 1 + random.nextInt(MOST_EVENTS);
            for (int i = 0; i < size; i++) {
                events.add(event(own, i, random));
            }
            stored.add(appender.append(events));
        }
        long last = 0;
        for (CompletableFuture<Long> each : stored) {
            last = Math.max(last, each.get(20, TimeUnit.SECONDS));
        }
        return last;
    }

    private static NewEvent event(String stream, long sequence, Random random) {
        byte[] payload = new byte[random.nextInt(400)];
        random.nextBytes(payload);
        return new NewEvent(
                stream,
                sequence,
                "Test",
                random.nextBoolean() ? "test.event" : "test.\u00e9v\u00e9nement \ud83d\ude00",
                random.nextBoolean() ? null : "2",
                random.nextLong(),
                UUID.randomUUID(),
                payload,
                null,
                null);
    }
}
