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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

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
    static final class Interval {
        final StreamId stream;
        final MapRequested map;
        final MappingState state;
        final long begin;
        final long beginNanos;
        long end = -1;
        long endNanos;

        /** Whether it is in the table already, without its end. */
        private boolean written;

        Interval(StreamId stream, MapRequested map, MappingState state, long begin, long beginNanos) {
            this.stream = stream;
            this.map = map;
            this.state = state;
            this.begin = begin;
            this.beginNanos = beginNanos;
        }

        Cause cause() {
            return switch (state) {
                case REQUESTED -> Cause.MAP_REQUESTED;
                case ACTIVE -> Cause.MAPPED;
                default -> Cause.UNMAPPED;
            };
        }

        long vaddr() {
            return ((Backing.Memory) map.backing()).vaddr();
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

    /** Takes intervals as they begin and end. */
    interface Rows {

        /** @param interval ended already if its state is terminal */
        void begun(Interval interval);

        void ended(Interval interval);
    }

    /** What is to be written in one transaction. */
    static final class Batch implements Rows {
        private final List<Interval> begun = new ArrayList<>();
        private final List<Interval> ended = new ArrayList<>();

        void write(Connection connection) throws SQLException {
            try (PreparedStatement close = connection.prepareStatement(CLOSE)) {
                ArrayParameters.of(connection, close)
                        .text(ended, row -> row.stream.host().value())
                        .numbers(ended, row -> row.stream.epoch())
                        .numbers(ended, row -> row.map.mapping())
                        .numbers(ended, row -> row.begin)
                        .numbers(ended, row -> row.end)
                        .numbers(ended, row -> row.endNanos);
                close.executeUpdate();
            }
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                ArrayParameters.of(connection, insert)
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
                        .numbers(begun, Interval::vaddr)
                        .text(begun, row -> row.state.name())
                        .text(begun, row -> row.cause().name())
                        .text(begun, row -> Source.OBSERVED.name());
                insert.executeUpdate();
            }
            begun.forEach(interval -> interval.written = true);
        }

        @Override
        public void begun(Interval interval) {
            begun.add(interval);
        }

        @Override
        public void ended(Interval interval) {
            if (interval.written) {
                ended.add(interval);
            }
        }
    }

    /** A stream's facts come in order. */
    void take(Rows rows, long position, StreamId stream, RecordedFact recorded) {
        Host host = hosts.computeIfAbsent(stream, fresh -> new Host());
        long nanos = recorded.stamp().wallNanos();
        switch (recorded.fact()) {
            case MapRequested map -> {
                Interval interval = new Interval(stream, map, MappingState.REQUESTED, position, nanos);
                host.requested.put(map.mapping(), interval);
                rows.begun(interval);
            }
            case Mapped mapped -> {
                Interval before = Objects.requireNonNull(host.requested.remove(mapped.mapping()));
                end(before, position, nanos);
                rows.ended(before);
                Interval active = new Interval(stream, before.map, MappingState.ACTIVE, position, nanos);
                host.active.put(new Place(active.map.context(), active.map.iova()), active);
                rows.begun(active);
            }
            case Unmapped unmapped -> {
                Place place = new Place(unmapped.context(), unmapped.requested());
                Interval before = Objects.requireNonNull(host.active.remove(place));
                end(before, position, nanos);
                rows.ended(before);
                Interval last = new Interval(stream, before.map, MappingState.UNMAPPED, position, nanos);
                end(last, position, nanos);
                rows.begun(last);
            }
            default -> {
                // Changes no mapping.
            }
        }
    }

    /** Those that have not ended. */
    void standing(Consumer<Interval> taker) {
        for (Host host : hosts.values()) {
            host.requested.values().forEach(taker);
            host.active.values().forEach(taker);
        }
    }

    private static void end(Interval interval, long position, long nanos) {
        interval.end = position;
        interval.endNanos = nanos;
    }
}
