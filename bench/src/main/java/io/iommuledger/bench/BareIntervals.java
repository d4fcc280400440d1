package io.iommuledger.bench;

import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The rows of {@code mapping_interval} that follow from maps and unmaps of whole ranges of memory, and nothing else: what
 * somebody would write who had no fold. It goes through the arrays of two statements a batch, the fastest way there is.
 */
final class BareIntervals {
    private static final String INSERT = """
            INSERT INTO mapping_interval (host, epoch, number, begin_position, begin_nanos, end_position, end_nanos,
                context, iova_start, iova_last, access, vaddr, state, cause, source, zombie)
            SELECT *, false FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[])
            ON CONFLICT (host, epoch, number, begin_position) DO NOTHING\
            """;
    private static final String CLOSE = """
            UPDATE mapping_interval i SET end_position = c.at, end_nanos = c.nanos
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                AS c (host, epoch, number, began, at, nanos)
            WHERE i.host = c.host AND i.epoch = c.epoch AND i.number = c.number AND i.begin_position = c.began\
            """;

    /** One interval of a mapping. */
    private static final class Interval {
        final StreamId stream;
        final MapRequested map;
        final MappingState state;
        final long begin;
        final long beginNanos;
        long end = -1;
        long endNanos;

        Interval(StreamId stream, MapRequested map, MappingState state, long begin, long beginNanos) {
            this.stream = stream;
            this.map = map;
            this.state = state;
            this.begin = begin;
            this.beginNanos = beginNanos;
        }
    }

    /** Where an active mapping stands. */
    private record Place(long context, IovaRange iova) {}

    /** What stands on one host. */
    private static final class Host {
        private final Map<Long, Interval> requested = new HashMap<>();
        private final Map<Place, Interval> active = new HashMap<>();
    }

    private final Map<StreamId, Host> hosts = new ConcurrentHashMap<>();

    /** What is to be written in one transaction. */
    static final class Batch {
        private final List<Interval> begun = new ArrayList<>();
        private final List<Interval> ended = new ArrayList<>();
        private long first = Long.MAX_VALUE;

        void write(Connection connection) throws SQLException {
            try (PreparedStatement close = connection.prepareStatement(CLOSE)) {
                Arrays.of(connection, close)
                        .text(ended, row -> row.stream.host().value())
                        .numbers(ended, row -> row.stream.epoch())
                        .numbers(ended, row -> row.map.mapping())
                        .numbers(ended, row -> row.begin)
                        .numbers(ended, row -> row.end)
                        .numbers(ended, row -> row.endNanos);
                close.executeUpdate();
            }
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                Arrays.of(connection, insert)
                        .text(begun, row -> row.stream.host().value())
                        .numbers(begun, row -> row.stream.epoch())
                        .numbers(begun, row -> row.map.mapping())
                        .numbers(begun, row -> row.begin)
                        .numbers(begun, row -> row.beginNanos)
                        .numbers(begun, row -> row.end < 0 ? null : (Long) row.end)
                        .numbers(begun, row -> row.end < 0 ? null : (Long) row.endNanos)
                        .numbers(begun, row -> row.map.context())
                        .numbers(begun, row -> row.map.iova().start() ^ Long.MIN_VALUE)
                        .numbers(begun, row -> row.map.iova().last() ^ Long.MIN_VALUE)
                        .text(begun, row -> row.map.access().text())
                        .numbers(begun, row -> ((Backing.Memory) row.map.backing()).vaddr())
                        .text(begun, row -> row.state.name())
                        .text(begun, row -> cause(row.state).name())
                        .text(begun, row -> Source.OBSERVED.name());
                insert.executeUpdate();
            }
        }

        private static Cause cause(MappingState state) {
            return switch (state) {
                case REQUESTED -> Cause.MAP_REQUESTED;
                case ACTIVE -> Cause.MAPPED;
                default -> Cause.UNMAPPED;
            };
        }

        private void begin(Interval interval) {
            begun.add(interval);
        }

        private void end(Interval interval, long position, long nanos) {
            interval.end = position;
            interval.endNanos = nanos;
            if (interval.begin < first) {
                ended.add(interval);
            }
        }
    }

    /** A stream's facts come in order. */
    void take(Batch batch, long position, StreamId stream, RecordedFact recorded) {
        batch.first = Math.min(batch.first, position);
        Host host = hosts.computeIfAbsent(stream, fresh -> new Host());
        long nanos = recorded.stamp().wallNanos();
        switch (recorded.fact()) {
            case MapRequested map -> {
                Interval interval = new Interval(stream, map, MappingState.REQUESTED, position, nanos);
                host.requested.put(map.mapping(), interval);
                batch.begin(interval);
            }
            case Mapped mapped -> {
                Interval before = Objects.requireNonNull(host.requested.remove(mapped.mapping()));
                batch.end(before, position, nanos);
                Interval active = new Interval(stream, before.map, MappingState.ACTIVE, position, nanos);
                host.active.put(new Place(active.map.context(), active.map.iova()), active);
                batch.begin(active);
            }
            case Unmapped unmapped -> {
                Place place = new Place(unmapped.context(), unmapped.requested());
                Interval before = Objects.requireNonNull(host.active.remove(place));
                batch.end(before, position, nanos);
                Interval last = new Interval(stream, before.map, MappingState.UNMAPPED, position, nanos);
                last.end = position;
                last.endNanos = nanos;
                batch.begin(last);
            }
            default -> {
                // Changes no mapping.
            }
        }
    }

    /** Sets one parameter of a statement after another to an array. */
    private static final class Arrays {
        private final Connection connection;
        private final PreparedStatement statement;
        private int set;

        private Arrays(Connection connection, PreparedStatement statement) {
            this.connection = connection;
            this.statement = statement;
        }

        static Arrays of(Connection connection, PreparedStatement statement) {
            return new Arrays(connection, statement);
        }

        Arrays text(List<Interval> rows, Function<Interval, String> value) throws SQLException {
            return array("text", rows.stream().map(value).toArray());
        }

        Arrays numbers(List<Interval> rows, Function<Interval, Long> value) throws SQLException {
            return array("int8", rows.stream().map(value).toArray());
        }

        private Arrays array(String type, Object[] values) throws SQLException {
            Array array = connection.createArrayOf(type, values);
            statement.setArray(++set, array);
            return this;
        }
    }
}
