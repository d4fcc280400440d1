package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.Database;
import io.iommuledger.db.StoreBeans;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.query.QuerySide;
import io.iommuledger.query.projection.StateProjection;
import io.iommuledger.query.projection.StateToken;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A million facts of mappings, folded into the projection's rows from the first on, against a peer that makes the rows of
 * the mappings, or all of them, with {@link BareRows}.
 */
final class CatchUp implements Benchmark {
    private static final int HOSTS = 4;
    private static final int FACTS = Scale.of(1_000_000);
    private static final int BATCH = 5_000;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final String MAPPINGS = "SELECT count(*) * 1000003 + coalesce(sum(hashtextextended(concat_ws('|',"
            + " host, epoch, number, begin_position, begin_nanos, end_position, end_nanos, context, iova_start,"
            + " iova_last, access, vaddr, state, cause, source), 0) % 1000003), 0)::bigint FROM mapping_interval";
    private static final String TIMES = "SELECT count(*) * 1000003 + coalesce(sum(hashtextextended(concat_ws('|',"
            + " host, position, nanos, wall_nanos), 0) % 1000003), 0)::bigint FROM fact_time";

    /** Whom ours is held against. */
    enum Peer {
        /** A cursor that decodes and writes, and nothing more. */
        CURSOR("catch-up-cursor", 0.6, 3, BareRows.Extent.MAPPINGS),
        /** Axon's tracking processor: batches of 5,000, one writing each. */
        TRACKING("catch-up-tracking", 1.3, 3, BareRows.Extent.MAPPINGS),
        /** Axon's pooled one, the same. */
        POOLED("catch-up-pooled", 8, 1, BareRows.Extent.MAPPINGS),
        /** Axon's pooled one as it comes. */
        POOLED_DEFAULT("catch-up-pooled-default", 8, 1, BareRows.Extent.MAPPINGS),
        /** The cursor, with as many rows as ours. */
        CURSOR_OF_ALL("rebuild-cursor", 0.5, 3, BareRows.Extent.ALL),
        /** Axon's pooled processor, with as many rows as ours. */
        POOLED_OF_ALL("rebuild-pooled", 10, 1, BareRows.Extent.ALL),
        /** The same as it comes. */
        POOLED_DEFAULT_OF_ALL("rebuild-pooled-default", 10, 1, BareRows.Extent.ALL);

        private final String name;
        private final double ratio;
        private final int turns;
        private final BareRows.Extent extent;

        Peer(String name, double ratio, int turns, BareRows.Extent extent) {
            this.name = name;
            this.ratio = ratio;
            this.turns = turns;
            this.extent = extent;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({StoreBeans.class, QuerySide.class})
    static class Application {}

    private final Path root;
    private final Peer peer;
    private long rows;

    CatchUp(Path root, Peer peer) {
        this.root = root;
        this.peer = peer;
    }

    @Override
    public String name() {
        return peer.name;
    }

    @Override
    public Target target() {
        return Target.atLeast(peer.ratio, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store store = Store.start(root);
                HikariDataSource pool = store.pool(HOSTS * 3)) {
            load(store);
            progress.accept("loaded");
            return Turns.ratios(peer.turns, () -> ours(store), () -> peer(store, pool), progress);
        }
    }

    private double peer(Store store, HikariDataSource pool) throws Exception {
        clear(store);
        long began = System.nanoTime();
        switch (peer) {
            case CURSOR, CURSOR_OF_ALL -> cursor(store);
            case TRACKING -> new AxonCatchUp(pool, peer.extent).tracking(FACTS, BATCH);
            case POOLED, POOLED_OF_ALL -> new AxonCatchUp(pool, peer.extent).pooled(FACTS, BATCH, HOSTS);
            case POOLED_DEFAULT, POOLED_DEFAULT_OF_ALL -> new AxonCatchUp(pool, peer.extent).pooledAsItComes(FACTS);
        }
        return rate(store, began);
    }

    /** From the moment that the projection is let go, in a process that is warm. */
    private double ours(Store store) throws Exception {
        clear(store);
        try (HikariDataSource pool = Database.open(store.address());
                ConfigurableApplicationContext query = start(pool)) {
            TrackingEventProcessor processor = query.getBean(org.axonframework.config.Configuration.class)
                    .eventProcessingConfiguration()
                    .eventProcessor(StateProjection.NAME, TrackingEventProcessor.class)
                    .orElseThrow();
            StateToken token = query.getBean(StateToken.class);
            // One that is ended before its worker runs never claims its segment again.
            awaitThat(
                    "the projection has not begun",
                    () -> processor.processingStatus().values().stream()
                            .anyMatch(status -> status.getCurrentPosition().isPresent()));
            processor.shutDown();
            clear(store);
            long began = System.nanoTime();
            processor.start();
            awaitThat("the projection has not come to the end", () -> token.position() >= FACTS);
            return rate(store, began);
        }
    }

    private static void awaitThat(String otherwise, BooleanSupplier holds) throws InterruptedException {
        long began = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new IllegalStateException(otherwise);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private double rate(Store store, long began) throws SQLException {
        double rate = FACTS * 1e9 / (System.nanoTime() - began);
        long made = store.number(MAPPINGS) + (peer.extent == BareRows.Extent.ALL ? store.number(TIMES) : 0);
        if (rows == 0) {
            rows = made;
        } else if (made != rows) {
            throw new IllegalStateException("the rows differ from those of the run before");
        }
        return rate;
    }

    private void cursor(Store store) throws SQLException {
        BareRows rows = new BareRows(peer.extent);
        try (Connection reading = store.connect();
                Connection writing = store.connect()) {
            reading.setAutoCommit(false);
            writing.setAutoCommit(false);
            try (Statement statement = reading.createStatement()) {
                statement.setFetchSize(BATCH);
                BareRows.Batch batch = new BareRows.Batch();
                int taken = 0;
                try (ResultSet row = statement.executeQuery(
                        "SELECT position, stream, payload, stored_at FROM event ORDER BY position")) {
                    while (row.next()) {
                        rows.take(
                                batch,
                                row.getLong(1),
                                StreamId.parse(row.getString(2)),
                                FactCodec.decode(row.getBytes(3)),
                                row.getLong(4));
                        if (++taken % BATCH == 0) {
                            batch.write(writing);
                            writing.commit();
                            batch = new BareRows.Batch();
                        }
                    }
                }
                batch.write(writing);
                writing.commit();
            }
        }
    }

    private static ConfigurableApplicationContext start(DataSource pool) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .initializers(fresh -> ((GenericApplicationContext) fresh)
                        .registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                .run();
    }

    /** As the log has them when hosts work side by side; Axon's table gets the same. */
    private static void load(Store store) throws Exception {
        AxonEngine.createTable(store);
        List<MapHistory> hosts = IntStream.range(0, HOSTS)
                .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + host), 1)))
                .toList();
        try (Connection connection = store.connect()) {
            CopyOfEvents copy = new CopyOfEvents(connection, "event");
            for (int position = 1; position <= FACTS; position++) {
                MapHistory history = hosts.get(position % HOSTS);
                copy.write(CopyOfEvents.Row.of(position, history.stream().toString(), history.next()));
            }
            copy.end();
        }
        store.requireCount(Store.FACTS, FACTS);
        store.execute(
                "INSERT INTO " + AxonEngine.TABLE + " (globalIndex, eventIdentifier, aggregateIdentifier,"
                        + " sequenceNumber, type, payloadType, payloadRevision, timeStamp, payload, metaData)"
                        + " SELECT position, event_id::text, stream, sequence, stream_type, type, revision,"
                        + " to_char(to_timestamp(stored_at / 1e9) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),"
                        + " payload, '{}'::bytea FROM event ORDER BY position",
                "VACUUM ANALYZE event",
                "VACUUM ANALYZE " + AxonEngine.TABLE);
    }

    static void clear(Store store) throws SQLException {
        store.execute(
                "DELETE FROM token_entry",
                "TRUNCATE dma_fault, finding, fact_gap, fact_time, requested_operation, region_interval, episode_interval,"
                        + " mapping_interval, context_interval, device_interval, host_interval",
                "CHECKPOINT");
    }
}
