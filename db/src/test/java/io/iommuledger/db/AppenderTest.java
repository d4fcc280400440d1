package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.jdbc.core.RowMapper;

/** What the appender promises, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppenderTest {
    private TestStore store;
    private Appender appender;

    private record Row(long position, String stream, long sequence, long transaction) {}

    private static final RowMapper<Row> ROW =
            (row, number) -> new Row(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4));

    @BeforeAll
    void startStore(@TempDir Path directory) {
        store = new TestStore(directory);
    }

    @AfterAll
    void stopStore() {
        store.close();
    }

    @BeforeEach
    void start() throws Exception {
        store.empty();
        appender = store.appender("test");
    }

    @AfterEach
    void stop() {
        appender.close();
    }

    @Test
    void manyWritersLeaveNoGapAndAReaderSeesEachPositionOnceInTheOrderOfCommit() throws Exception {
        int writers = 64;
        int each = 60;
        EventLog log = new EventLog(store.jdbc);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String stream = "writer-" + writer;
                writing.add(threads.submit(() -> {
                    long sequence = 0;
                    for (int append = 0; append < each; append++) {
                        List<NewEvent> events = new ArrayList<>();
                        for (int i = 0; i <= append % 3; i++) {
                            events.add(TestStore.event(stream, sequence++));
                        }
                        appender.append(events).get();
                        if (append % 10 == 0) {
                            assertThatThrownBy(() -> appender.append(events).get())
                                    .hasCauseInstanceOf(AppendRefused.Taken.class);
                        }
                    }
                    return sequence;
                }));
            }
            long total = 2L * writers * each;
            List<Long> seen = new ArrayList<>();
            while (seen.size() < total) {
                boolean over = writing.stream().allMatch(Future::isDone);
                List<EventLog.Entry> page = log.between(seen.size(), Long.MAX_VALUE, 500);
                page.forEach(entry -> seen.add(entry.position()));
                if (over && page.isEmpty()) {
                    break;
                }
            }
            for (Future<?> writer : writing) {
                writer.get();
            }
            assertThat(seen).isEqualTo(LongStream.rangeClosed(1, total).boxed().toList());
        }
        List<Row> rows = rows();
        assertThat(rows.stream().map(Row::transaction)).as("order of commit").isSorted();
        assertThat(rows.stream().map(Row::transaction).distinct().count())
                .as("transactions are shared")
                .isLessThan((long) writers * each);
    }

    @Test
    void whatWaitsSharesOneTransactionAndOneNotification() throws Exception {
        try (Held held = hold();
                Connection listening = Database.outside(store.pool, "listening", 10);
                Statement listen = listening.createStatement()) {
            listen.execute("LISTEN appended");
            CompletableFuture<Long> first = appender.append(List.of(TestStore.event("first", 0)));
            awaitWaiting(0);
            List<CompletableFuture<Long>> others = new ArrayList<>();
            for (int i = 0; i < 256; i++) {
                others.add(appender.append(List.of(TestStore.event("stream-" + i, 0))));
            }
            assertThat(first).isNotDone();
            assertThat(appender.waiting()).isEqualTo(256);
            held.release();
            for (CompletableFuture<Long> other : others) {
                other.get(10, TimeUnit.SECONDS);
            }
            // A query brings along what has been notified before it.
            listen.execute("SELECT 1");
            assertThat(listening.unwrap(PGConnection.class).getNotifications())
                    .extracting(PGNotification::getParameter)
                    .containsExactly("1", "257");
        }
        assertThat(rows().stream().map(Row::transaction).distinct()).hasSize(2);
        assertThat(rows()).hasSize(257);
    }

    @Test
    void ofABatchOnlyTheGuiltySubmissionFails() throws Exception {
        appender.append(List.of(TestStore.event("known", 0))).get();
        // A fresh appender has no stream in mind: the unique index finds the duplicate.
        appender.close();
        appender = store.appender("fresh");
        List<CompletableFuture<Long>> good = new ArrayList<>();
        CompletableFuture<Long> duplicate;
        CompletableFuture<Long> unfit;
        try (Held held = hold()) {
            var _ = appender.append(List.of(TestStore.event("plug", 0)));
            awaitWaiting(0);
            good.add(appender.append(List.of(TestStore.event("a", 0), TestStore.event("a", 1))));
            duplicate = appender.append(List.of(TestStore.event("b", 0), TestStore.event("known", 0)));
            good.add(appender.append(List.of(TestStore.event("c", 0))));
            unfit = appender.append(List.of(TestStore.event("nul\0", 0)));
            good.add(appender.append(List.of(TestStore.event("b", 0))));
            held.release();
            for (CompletableFuture<Long> each : good) {
                each.get(10, TimeUnit.SECONDS);
            }
        }
        assertThatThrownBy(() -> duplicate.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(AppendRefused.Taken.class);
        assertThatThrownBy(() -> unfit.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(AppendRefused.StoreFailed.class);
        assertThat(rows().stream().map(Row::position)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(rows().stream().map(Row::stream)).containsExactly("known", "plug", "a", "a", "c", "b");
    }

    @Test
    void anAnswerThatWasLostIsReadBack() throws Exception {
        appender.close();
        try (TcpProxy proxy = TcpProxy.before(store.address());
                Appender through = through(proxy)) {
            assertThat(through.append(List.of(TestStore.event("s", 0))).get()).isEqualTo(1);
            proxy.loseTheAnswerTo("s 1");
            assertThat(through.append(List.of(TestStore.event("s", 1), TestStore.event("s", 2)))
                            .get(10, TimeUnit.SECONDS))
                    .isEqualTo(3);
            assertThat(term()).as("it had to take the lead again").isEqualTo(startTerm + 2);
            assertThat(through.append(List.of(TestStore.event("s", 3))).get()).isEqualTo(4);
        }
        assertThat(rows().stream().map(Row::sequence)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void aRequestThatDidNotArriveIsSentAgain() throws Exception {
        appender.close();
        try (TcpProxy proxy = TcpProxy.before(store.address());
                Appender through = through(proxy)) {
            proxy.loseTheRequest("s 0");
            assertThat(through.append(List.of(TestStore.event("s", 0))).get(10, TimeUnit.SECONDS))
                    .isEqualTo(1);
        }
        assertThat(rows()).hasSize(1);
    }

    @Test
    void whateverSessionIsEndedWhatIsConfirmedStandsOnceAndWhatIsRefusedDoesNotStand() throws Exception {
        int writers = 8;
        int each = 150;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection owner = store.owner();
                Statement killer = owner.createStatement()) {
            List<Future<List<Long>>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String stream = "writer-" + writer;
                writing.add(threads.submit(() -> confirmed(stream, each)));
            }
            EventLog log = new EventLog(store.jdbc);
            long killedAt = 0;
            int kills = 0;
            while (!writing.stream().allMatch(Future::isDone)) {
                long head = log.head();
                if (head - killedAt > 20) {
                    killer.execute("SELECT pg_terminate_backend(backend) FROM leadership");
                    killedAt = head;
                    kills++;
                }
            }
            assertThat(kills).as("sessions ended").isGreaterThan(5);
            List<Row> rows = rows();
            assertThat(rows.stream().map(Row::position))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, (long) writers * each)
                            .boxed()
                            .toList());
            for (int writer = 0; writer < writers; writer++) {
                String stream = "writer-" + writer;
                assertThat(rows.stream()
                                .filter(row -> row.stream().equals(stream))
                                .map(Row::position)
                                .toList())
                        .isEqualTo(writing.get(writer).get());
            }
        }
    }

    /** Appends event after event, each again until it is confirmed; a refused one cannot be in its own way. */
    private List<Long> confirmed(String stream, int events) throws Exception {
        List<Long> positions = new ArrayList<>();
        while (positions.size() < events) {
            try {
                positions.add(appender.append(List.of(TestStore.event(stream, positions.size())))
                        .get());
            } catch (ExecutionException refused) {
                assertThat(refused).cause().isNotInstanceOf(AppendRefused.Taken.class);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        return positions;
    }

    @Test
    void whatWasLostButIsTakenByOthersMeanwhileIsRefused() throws Exception {
        appender.close();
        NewEvent other = TestStore.event("s", 0);
        try (TcpProxy proxy = TcpProxy.before(store.address());
                Appender through = through(proxy)) {
            proxy.cutOff();
            CompletableFuture<Long> lost = through.append(List.of(TestStore.event("s", 0)));
            try (Appender next = store.appender("next")) {
                awaitLead(next);
                assertThat(next.append(List.of(other)).get(10, TimeUnit.SECONDS))
                        .isEqualTo(1);
                proxy.loseTheRequest("s 0");
                proxy.reconnect();
                assertThatThrownBy(() -> lost.get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(AppendRefused.NotLeader.class)
                        .hasMessageContaining("ask next");
                assertThatThrownBy(() ->
                                through.append(List.of(TestStore.event("s", 1))).get())
                        .hasCauseInstanceOf(AppendRefused.NotLeader.class)
                        .hasMessageContaining("ask next");
            }
        }
        assertThat(rows()).hasSize(1);
        assertThat(store.jdbc
                        .sql("SELECT event_id FROM event_log")
                        .query(UUID.class)
                        .single())
                .isEqualTo(other.id());
    }

    @Test
    void aStandbyRefusesAndNamesTheLeader() throws Exception {
        try (Appender standby = store.appender("standby")) {
            assertThat(standby.leads()).isFalse();
            assertThatThrownBy(() ->
                            standby.append(List.of(TestStore.event("s", 0))).get())
                    .hasCauseInstanceOf(AppendRefused.NotLeader.class)
                    .hasMessageContaining("ask test");
            appender.close();
            awaitLead(standby);
            assertThat(standby.append(List.of(TestStore.event("s", 0))).get()).isEqualTo(1);
        }
    }

    @Test
    void aBatchOfManyThousandsStandsWhole() throws Exception {
        List<NewEvent> events = LongStream.range(0, 12_000)
                .mapToObj(sequence -> TestStore.event("long", sequence))
                .toList();
        assertThat(appender.append(events).get()).isEqualTo(12_000);
        assertThat(rows().stream().map(Row::transaction).distinct()).hasSize(1);
    }

    private long startTerm;

    private Appender through(TcpProxy proxy) {
        startTerm = term();
        Properties login = new Properties();
        login.setProperty("user", store.address().service().user());
        login.setProperty("password", store.address().service().password());
        login.setProperty("socketTimeout", "10");
        Appender through =
                new Appender(() -> DriverManager.getConnection(proxy.url(store.address()), login), "through");
        through.start();
        assertThat(through.leads()).isTrue();
        return through;
    }

    private long term() {
        try (Connection connection = store.owner();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT term FROM leadership")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = store.owner();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT position, stream, sequence, xmin::text::bigint FROM event ORDER BY position")) {
            while (row.next()) {
                rows.add(ROW.mapRow(row, rows.size()));
            }
        }
        return rows;
    }

    /** Appends wait until it is released. */
    private Held hold() throws Exception {
        Connection connection = store.owner();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE event IN EXCLUSIVE MODE");
        }
        return new Held(connection);
    }

    private record Held(Connection connection) implements AutoCloseable {
        void release() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private void awaitWaiting(int submissions) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (appender.waiting() != submissions) {
            assertThat(System.nanoTime()).as("waiting=%s", appender.waiting()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void awaitLead(Appender which) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!which.leads()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
