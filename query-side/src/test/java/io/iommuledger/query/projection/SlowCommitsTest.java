package io.iommuledger.query.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.query.TestDatabase;
import io.iommuledger.query.projection.Writers.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Eight writers whose commits are slow or fail, while four readers follow and the projection is made anew: every reader
 * sees what stands, all of it, once, in its order, and the rows are those of a quiet time.
 */
@Tag("fault")
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class SlowCommitsTest {
    private static final int COUNT = Integer.getInteger("faults.count", 2);
    private static final int WRITERS = 8;
    private static final int READERS = 4;
    private static final int PAGE = 7;
    private static final long PATIENCE_SECONDS = 60;

    /** Each row decides when its transaction commits, by the order of commits alone, how that goes. */
    private static final List<String> SLOW = List.of("CREATE SEQUENCE commits", """
            CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
            DECLARE
                n bigint := nextval('commits');
            BEGIN
                IF n % 5 = 0 THEN PERFORM pg_sleep(0.004); END IF;
                IF n % 23 = 0 THEN RAISE EXCEPTION 'rolled back' USING ERRCODE = '40001'; END IF;
                IF n % 31 = 0 THEN RAISE EXCEPTION 'not fitting' USING ERRCODE = '23514'; END IF;
                RETURN NULL;
            END
            $$""", """
            CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION slow_commit()""");

    private static final List<String> QUICK =
            List.of("DROP TRIGGER slow_commit ON event", "DROP FUNCTION slow_commit", "DROP SEQUENCE commits");

    private final EventStore store;
    private final EventLog log;
    private final JdbcClient jdbc;
    private final TestDatabase database;
    private final StateToken token;
    private final Rebuilds rebuilds;

    SlowCommitsTest(
            @Autowired EventStore store,
            @Autowired EventLog log,
            @Autowired JdbcClient jdbc,
            @Autowired TestDatabase database,
            @Autowired StateToken token,
            @Autowired Rebuilds rebuilds) {
        this.store = store;
        this.log = log;
        this.jdbc = jdbc;
        this.database = database;
        this.token = token;
        this.rebuilds = rebuilds;
    }

    @Test
    void nobodySkipsOrReordersAnything() throws Exception {
        int held = 0;
        try {
            for (int seed = 1; seed <= COUNT; seed++) {
                run(seed);
                held++;
            }
        } finally {
            System.out.println("F10 slow commits and rollbacks against readers and a rebuild: " + held + "/" + COUNT);
        }
    }

    private void run(int seed) throws Exception {
        long start = Math.max(0, log.head());
        Writers writers = new Writers(store);
        List<StreamId> streams = IntStream.range(0, WRITERS)
                .mapToObj(writer -> new StreamId(new HostId("slow-" + seed + "-" + writer), 1))
                .toList();
        for (String statement : SLOW) {
            database.asOwner(statement);
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> writing = new ArrayList<>();
            for (StreamId stream : streams) {
                SplittableRandom random = new SplittableRandom(31L * seed + writing.size());
                writing.add(threads.submit(() -> writers.write(stream, random)));
            }
            BooleanSupplier over = () -> writing.stream().allMatch(Future::isDone);
            List<Future<List<Place>>> reading = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                Callable<List<Place>> follow =
                        reader % 2 == 0 ? () -> followByCursor(start, over) : () -> followByAxon(start, over);
                reading.add(threads.submit(follow));
            }
            do {
                AllRows.makeAnew(rebuilds);
                awaitRows(log.head());
            } while (!over.getAsBoolean());
            List<Place> stored = stored(start);
            for (int writer = 0; writer < WRITERS; writer++) {
                int written = writing.get(writer).get();
                String stream = streams.get(writer).toString();
                assertThat(stored.stream()
                                .filter(place -> place.stream().equals(stream))
                                .map(Place::sequence))
                        .as(stream)
                        .containsExactlyElementsOf(IntStream.range(0, written)
                                .mapToObj(Long::valueOf)
                                .toList());
            }
            for (Future<List<Place>> reader : reading) {
                assertThat(reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .as("seed " + seed)
                        .isEqualTo(stored);
            }
            assertThat(stored.getLast().position())
                    .as("no position is left out")
                    .isEqualTo(start + stored.size());
        } finally {
            for (String statement : QUICK) {
                database.asOwner(statement);
            }
        }
        assertThat(writers.refused()).as("commits that were rolled back").isPositive();
        rowsAreThoseOfAQuietTime();
    }

    private List<Place> followByCursor(long start, BooleanSupplier over) {
        List<Place> seen = new ArrayList<>();
        long after = start;
        while (true) {
            boolean last = over.getAsBoolean();
            List<EventLog.Entry> page = log.between(after, Long.MAX_VALUE, PAGE);
            page.forEach(entry -> seen.add(new Place(entry.position(), entry.stream(), entry.sequence())));
            if (page.isEmpty() && last) {
                return seen;
            }
            after = page.isEmpty() ? after : page.getLast().position();
        }
    }

    private List<Place> followByAxon(long start, BooleanSupplier over) throws InterruptedException {
        List<Place> seen = new ArrayList<>();
        try (BlockingStream<TrackedEventMessage<?>> stream =
                store.openStream(start == 0 ? null : new GlobalSequenceTrackingToken(start))) {
            while (true) {
                boolean last = over.getAsBoolean();
                if (stream.hasNextAvailable(10, TimeUnit.MILLISECONDS)) {
                    TrackedEventMessage<?> event = stream.nextAvailable();
                    DomainEventMessage<?> domain = (DomainEventMessage<?>) event;
                    seen.add(new Place(
                            event.trackingToken().position().orElseThrow(),
                            domain.getAggregateIdentifier(),
                            domain.getSequenceNumber()));
                } else if (last) {
                    return seen;
                }
            }
        }
    }

    private List<Place> stored(long after) {
        return jdbc.sql("SELECT position, stream, sequence FROM event_log WHERE position > ? ORDER BY position")
                .param(after)
                .query(Place.class)
                .list();
    }

    private void rowsAreThoseOfAQuietTime() throws InterruptedException {
        long head = log.head();
        awaitRows(head);
        List<String> busy = AllRows.of(jdbc);
        AllRows.makeAnew(rebuilds);
        awaitRows(head);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(busy);
    }

    private void awaitRows(long position) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (token.position() < position) {
            assertThat(System.nanoTime()).as("rows up to %d", position).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }
}
