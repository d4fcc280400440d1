package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** {@code COPY BINARY} into a table like the log's: a transaction for each batch, and nothing but that. */
final class CopyOfEvents {
    private static final List<String> COLUMNS = List.of(
            "position",
            "stream",
            "sequence",
            "stream_type",
            "type",
            "revision",
            "stored_at",
            "event_id",
            "payload",
            "metadata");
    private static final byte[] STREAM_TYPE = "Host".getBytes(US_ASCII);
    private static final byte[] REVISION = "1".getBytes(US_ASCII);

    /** A row of the log that ours would write. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(long position, byte[] stream, long sequence, byte[] type, long storedAt, UUID id, byte[] payload) {
        static Row of(long position, String stream, MapHistory.Recorded fact) {
            return new Row(
                    position,
                    stream.getBytes(US_ASCII),
                    fact.sequence(),
                    fact.type().getBytes(US_ASCII),
                    fact.wallNanos(),
                    UUID.randomUUID(),
                    fact.bytes());
        }
    }

    private final BinaryCopy copy;

    CopyOfEvents(Connection connection, String table) throws SQLException {
        this.copy = new BinaryCopy(connection, table, COLUMNS);
    }

    void write(List<Row> rows) throws SQLException {
        for (Row row : rows) {
            write(row);
        }
        end();
    }

    /** Part of a transaction that {@link #end} ends. */
    void write(Row row) throws SQLException {
        copy.row()
                .put(row.position())
                .put(row.stream())
                .put(row.sequence())
                .put(STREAM_TYPE)
                .put(row.type())
                .put(REVISION)
                .put(row.storedAt())
                .put(row.id())
                .put(row.payload())
                .putNull();
    }

    void end() throws SQLException {
        copy.end();
    }
}
