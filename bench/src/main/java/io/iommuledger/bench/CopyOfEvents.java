package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** {@code COPY BINARY} into a table like the log's: a transaction for each batch, and nothing but that. */
final class CopyOfEvents {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final short COLUMNS = 10;
    private static final byte[] STREAM_TYPE = "Host".getBytes(US_ASCII);
    private static final byte[] REVISION = "1".getBytes(US_ASCII);
    private static final int NULL = -1;
    private static final int BUFFER = 1 << 20;

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

    private final CopyManager copies;
    private final String statement;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

    CopyOfEvents(Connection connection, String table) throws SQLException {
        this.copies = connection.unwrap(PGConnection.class).getCopyAPI();
        this.statement = "COPY " + table + " (position, stream, sequence, stream_type, type, revision, stored_at,"
                + " event_id, payload, metadata) FROM STDIN (FORMAT binary)";
    }

    void write(List<Row> rows) throws SQLException {
        CopyIn copy = copies.copyIn(statement);
        buffer.clear().put(SIGNATURE).putInt(0).putInt(0);
        for (Row row : rows) {
            buffer.putShort(COLUMNS);
            put(row.position());
            put(row.stream());
            put(row.sequence());
            put(STREAM_TYPE);
            put(row.type());
            put(REVISION);
            put(row.storedAt());
            buffer.putInt(2 * Long.BYTES)
                    .putLong(row.id().getMostSignificantBits())
                    .putLong(row.id().getLeastSignificantBits());
            put(row.payload());
            buffer.putInt(NULL);
        }
        buffer.putShort((short) -1);
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        copy.endCopy();
    }

    private void put(long value) {
        buffer.putInt(Long.BYTES).putLong(value);
    }

    private void put(byte[] value) {
        buffer.putInt(value.length).put(value);
    }
}
