package io.iommuledger.bench;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.StreamId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows that follow from maps and unmaps, by {@link BareIntervals}, and the time of each fact if that is wanted too. */
final class BareRows {
    private static final String INSERT_TIMES = """
            INSERT INTO fact_time (host, position, nanos, wall_nanos, stored_nanos)
            SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            ON CONFLICT (host, position) DO NOTHING\
            """;

    /** Of which tables. */
    enum Extent {
        MAPPINGS,
        ALL
    }

    private record Time(String host, long position, long wallNanos, long storedNanos) {}

    private final Extent extent;
    private final BareIntervals intervals = new BareIntervals();

    BareRows(Extent extent) {
        this.extent = extent;
    }

    /** What is to be written in one transaction. */
    static final class Batch {
        private final BareIntervals.Batch intervals = new BareIntervals.Batch();
        private final List<Time> times = new ArrayList<>();

        void write(Connection connection) throws SQLException {
            intervals.write(connection);
            if (!times.isEmpty()) {
                try (PreparedStatement insert = connection.prepareStatement(INSERT_TIMES)) {
                    ArrayParameters.of(connection, insert)
                            .text(times, Time::host)
                            .numbers(times, Time::position)
                            .numbers(times, Time::wallNanos)
                            .numbers(times, Time::wallNanos)
                            .numbers(times, Time::storedNanos);
                    insert.executeUpdate();
                }
            }
        }
    }

    /** A stream's facts come in order. */
    void take(Batch batch, long position, StreamId stream, RecordedFact fact, long storedNanos) {
        intervals.take(batch.intervals, position, stream, fact);
        if (extent == Extent.ALL) {
            batch.times.add(
                    new Time(stream.host().value(), position, fact.stamp().wallNanos(), storedNanos));
        }
    }
}
