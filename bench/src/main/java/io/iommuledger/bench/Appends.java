package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.EventSerializer;
import io.iommuledger.db.LedgerEventStorageEngine;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;

/** Single events, each of which waits until it is stored, by many at once: our engine against Axon's. */
final class Appends implements Benchmark {
    private static final int WRITERS = 256;
    private static final int EVENTS = 100;
    private static final int TURNS = 7;

    /** The peer takes the one that suits it best. */
    private static final List<Integer> POOLS = List.of(4, 8, 16, 32);

    private final Path root;
    private int runs;

    Appends(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "appends-256";
    }

    @Override
    public Target target() {
        return Target.atLeast(4, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        List<MapHistory.Recorded> facts = new MapHistory(new StreamId(new HostId("bench"), 1)).next(EVENTS);
        try (Store store = Store.start(root);
                HikariDataSource ours = store.pool(1);
                Appender appender = store.appender()) {
            AxonEngine.createTable(store);
            LedgerEventStorageEngine.Builder builder = LedgerEventStorageEngine.builder();
            builder.eventSerializer(new EventSerializer()).snapshotSerializer(new EventSerializer());
            EventStorageEngine engine =
                    builder.dataSource(ours).appender(Optional.of(appender)).build();
            int best = bestPool(store, facts, progress);
            try (HikariDataSource pool = store.pool(best)) {
                EventStorageEngine axon = AxonEngine.on(pool, EVENTS);
                return Turns.ratios(
                        TURNS,
                        () -> rate(store, engine, "event", facts),
                        () -> rate(store, axon, AxonEngine.TABLE, facts),
                        progress);
            }
        }
    }

    private int bestPool(Store store, List<MapHistory.Recorded> facts, Consumer<String> progress) throws Exception {
        int best = 0;
        double most = 0;
        for (int connections : POOLS) {
            try (HikariDataSource pool = store.pool(connections)) {
                EventStorageEngine axon = AxonEngine.on(pool, EVENTS);
                rate(store, axon, AxonEngine.TABLE, facts);
                double rate = rate(store, axon, AxonEngine.TABLE, facts);
                progress.accept("the peer with %d connections: %,.0f/s".formatted(connections, rate));
                if (rate > most) {
                    best = connections;
                    most = rate;
                }
            }
        }
        return best;
    }

    private double rate(Store store, EventStorageEngine engine, String table, List<MapHistory.Recorded> facts)
            throws Exception {
        long before = store.count(table);
        int run = ++runs;
        store.settle();
        double seconds = Together.seconds(WRITERS, writer -> {
            String stream = "host/bench-" + run + "-" + writer + "/1";
            for (MapHistory.Recorded fact : facts) {
                engine.appendEvents(AxonEngine.message(stream, fact));
            }
        });
        store.requireCount(table, before + (long) WRITERS * facts.size());
        return WRITERS * facts.size() / seconds;
    }
}
