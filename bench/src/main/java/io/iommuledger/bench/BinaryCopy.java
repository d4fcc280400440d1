package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** {@code COPY BINARY} into a table, row by row, on a connection of its own as long as it goes on. */
final class BinaryCopy {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int NULL = -1;
    private static final int BUFFER = 1 << 20;

    /** More than a row takes. */
    private static final int ROOM = 1 << 17;

    private final CopyManager copies;
    private final String statement;
    private final short columns;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private @Nullable CopyIn running;

    BinaryCopy(Connection connection, String table, List<String> columns) throws SQLException {
        this.copies = connection.unwrap(PGConnection.class).getCopyAPI();
        this.columns = (short) columns.size();
        this.statement = "COPY " + table + " (" + String.join(", ", columns) + ") FROM STDIN (FORMAT binary)";
    }

    /** Begins a row, which has a value for each column. */
    BinaryCopy row() throws SQLException {
        CopyIn copy = running;
        if (copy == null) {
            copy = copies.copyIn(statement);
            running = copy;
            buffer.clear().put(SIGNATURE).putInt(0).putInt(0);
        } else if (buffer.remaining() < ROOM) {
            flush(copy);
        }
        buffer.putShort(columns);
        return this;
    }

    BinaryCopy put(long value) {
        buffer.putInt(Long.BYTES).putLong(value);
        return this;
    }

    BinaryCopy put(OptionalLong value) {
        return value.isPresent() ? put(value.getAsLong()) : putNull();
    }

    BinaryCopy put(String ascii) {
        return put(ascii.getBytes(US_ASCII));
    }

    BinaryCopy put(byte[] value) {
        buffer.putInt(value.length).put(value);
        return this;
    }

    BinaryCopy put(UUID value) {
        buffer.putInt(2 * Long.BYTES).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    BinaryCopy putFalse() {
        buffer.putInt(1).put((byte) 0);
        return this;
    }

    BinaryCopy putNull() {
        buffer.putInt(NULL);
        return this;
    }

    /** Ends the statement, if there was a row. */
    void end() throws SQLException {
        CopyIn copy = running;
        if (copy != null) {
            buffer.putShort((short) -1);
            flush(copy);
            copy.endCopy();
            running = null;
        }
    }

    private void flush(CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
