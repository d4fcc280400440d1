package io.iommuledger.bench;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.protocol.FactCodec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Millions of facts of hosts that map and unmap, with the rows that the projection makes of them. What hosts begin with it
 * has made itself; the rest, of which it would make nothing but {@code fact_time} and {@code mapping_interval}, is written
 * into the tables, in the form that the projection gives it.
 */
final class StoredHistory {
    private static final List<String> ROWS = List.of("fact_time", "mapping_interval");
    private static final List<String> LOG_AND_ROWS = List.of("event", "fact_time", "mapping_interval");

    /** When an event was stored the projection is told by Axon, in milliseconds. */
    private static final long AXONS_NANOS = 1_000_000;

    /** What is filled; questions about state are answered from rows alone. */
    enum Extent {
        ROWS,
        LOG_AND_ROWS
    }

    private final List<MapHistory> hosts;
    private final Extent extent;
    private long position;

    /** @param hosts how many, side by side */
    StoredHistory(int hosts, MapHistory.Shape shape, Extent extent) {
        this.hosts = IntStream.range(0, hosts)
                .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + host), 1), shape))
                .toList();
        this.extent = extent;
    }

    List<MapHistory> hosts() {
        return hosts;
    }

    /** Facts, and the position of the last of them. */
    long facts() {
        return position;
    }

    /** @param facts of all hosts together, besides those with which they begin */
    void fill(Store store, long facts, Consumer<String> progress) throws Exception {
        long began = System.nanoTime();
        begin(store);
        List<String> tables = extent == Extent.ROWS ? ROWS : LOG_AND_ROWS;
        // Nothing is to survive, and nothing that is measured writes there.
        for (String table : tables) {
            store.execute("ALTER TABLE " + table + " SET UNLOGGED");
        }
        try (Connection connection = store.connect()) {
            Indexes indexes = Indexes.dropped(connection, tables);
            write(store, facts);
            indexes.make(connection);
        }
        advance(store);
        for (String table : tables) {
            store.execute("VACUUM ANALYZE " + table);
        }
        store.execute("ANALYZE");
        store.settle();
        progress.accept(String.format(
                Locale.ROOT,
                "%,d facts and %,d intervals are there after %.0f s",
                position,
                store.count("mapping_interval"),
                (System.nanoTime() - began) / 1e9));
    }

    /** Epochs and contexts, projected by the product. */
    private void begin(Store store) throws SQLException, IOException, InterruptedException {
        try (Connection connection = store.connect()) {
            CopyOfEvents log = new CopyOfEvents(connection, "event");
            for (MapHistory host : hosts) {
                for (MapHistory.Recorded fact : host.next(host.beginning())) {
                    log.write(CopyOfEvents.Row.of(++position, host.stream().toString(), fact));
                }
            }
            log.end();
        }
        try (QueryService query = QueryService.start(store);
                Client client = new Client(query.api())) {
            client.ask("hosts?wait=" + position);
        }
    }

    private void write(Store store, long facts) throws SQLException {
        try (Connection forLog = store.connect();
                Connection forTimes = store.connect();
                Connection forMappings = store.connect()) {
            CopyOfEvents log = new CopyOfEvents(forLog, "event");
            BinaryCopy times = new BinaryCopy(
                    forTimes, "fact_time", List.of("host", "position", "nanos", "wall_nanos", "stored_nanos"));
            MappingRows mappings = new MappingRows(forMappings);
            BareIntervals intervals = new BareIntervals();
            for (long i = 0; i < facts; i++) {
                MapHistory host = hosts.get((int) (i % hosts.size()));
                MapHistory.Recorded fact = host.next();
                position++;
                if (extent == Extent.LOG_AND_ROWS) {
                    log.write(CopyOfEvents.Row.of(position, host.stream().toString(), fact));
                }
                times.row()
                        .put(host.stream().host().value())
                        .put(position)
                        .put(fact.wallNanos())
                        .put(fact.wallNanos())
                        .put(fact.wallNanos() / AXONS_NANOS * AXONS_NANOS);
                intervals.take(mappings, position, host.stream(), FactCodec.decode(fact.bytes()));
            }
            intervals.standing(mappings::write);
            log.end();
            times.end();
            mappings.end();
        }
    }

    /** The projection has nothing left to do. */
    private void advance(Store store) throws SQLException {
        store.execute("UPDATE token_entry SET token = convert_to('{\"globalIndex\":" + position + "}', 'UTF8')"
                + " WHERE processor_name = 'state' AND token_type LIKE '%.GlobalSequenceTrackingToken'");
        if (store.number(
                        "SELECT count(*) FROM token_entry WHERE processor_name = 'state' AND convert_from(token, 'UTF8')"
                                + " = '{\"globalIndex\":" + position + "}'")
                != 1) {
            throw new IllegalStateException("the projection's token has another form");
        }
    }

    /** Each interval once it has ended, and at the end those that stand. */
    private static final class MappingRows implements BareIntervals.Rows {
        private final BinaryCopy copy;

        MappingRows(Connection connection) throws SQLException {
            copy = new BinaryCopy(
                    connection,
                    "mapping_interval",
                    List.of(
                            "host",
                            "epoch",
                            "number",
                            "begin_position",
                            "begin_nanos",
                            "end_position",
                            "end_nanos",
                            "context",
                            "iova_start",
                            "iova_last",
                            "access",
                            "vaddr",
                            "state",
                            "cause",
                            "source",
                            "zombie"));
        }

        @Override
        public void begun(BareIntervals.Interval interval) {
            if (interval.end >= 0) {
                write(interval);
            }
        }

        @Override
        public void ended(BareIntervals.Interval interval) {
            write(interval);
        }

        void write(BareIntervals.Interval interval) {
            boolean ended = interval.end >= 0;
            try {
                copy.row()
                        .put(interval.stream.host().value())
                        .put(interval.stream.epoch())
                        .put(interval.map.mapping())
                        .put(interval.begin)
                        .put(interval.beginNanos)
                        .put(ended ? OptionalLong.of(interval.end) : OptionalLong.empty())
                        .put(ended ? OptionalLong.of(interval.endNanos) : OptionalLong.empty())
                        .put(interval.map.context())
                        .put(interval.map.iova().start() ^ Long.MIN_VALUE)
                        .put(interval.map.iova().last() ^ Long.MIN_VALUE)
                        .put(interval.map.access().text())
                        .put(interval.vaddr())
                        .put(interval.state.name())
                        .put(interval.cause().name())
                        .put(Source.OBSERVED.name())
                        .putFalse();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void end() throws SQLException {
            copy.end();
        }
    }
}
