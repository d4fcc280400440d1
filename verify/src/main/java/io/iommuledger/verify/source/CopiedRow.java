package io.iommuledger.verify.source;

import io.iommuledger.protocol.StoredRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A row of the log as PostgreSQL's binary COPY writes it. NULL, where a superuser has made room for it, is 0 or nothing: what
 * nobody has stored so is found like any other change.
 */
final class CopiedRow {
    private static final int COLUMNS = 9;

    private CopiedRow() {}

    /**
     * What is to be copied. All of it is read, whatever its position says.
     *
     * @param leafHash the column of the hashes of what was removed, or nothing in its place
     * @param kept     the column of what is kept of it, or nothing in its place
     */
    static String copy(String leafHash, String kept) {
        return "COPY (SELECT position, stream, sequence, type, revision, stored_at, payload, " + leafHash + ", " + kept
                + " FROM event_log ORDER BY position) TO STDOUT (FORMAT binary)";
    }

    static long position(byte[] row) {
        return number(ByteBuffer.wrap(row).position(Short.BYTES));
    }

    static StoredRecord record(byte[] row) {
        ByteBuffer fields = ByteBuffer.wrap(row);
        int columns = fields.getShort();
        if (columns != COLUMNS) {
            throw new IllegalStateException("a row of " + columns + " columns, not " + COLUMNS);
        }
        long position = number(fields);
        String stream = text(fields);
        long sequence = number(fields);
        String type = text(fields);
        String version = text(fields);
        long storedAt = number(fields);
        return new StoredRecord(
                position, stream, sequence, type, version, storedAt, bytes(fields), bytes(fields), bytes(fields));
    }

    private static long number(ByteBuffer fields) {
        return fields.getInt() < 0 ? 0 : fields.getLong();
    }

    private static String text(ByteBuffer fields) {
        return new String(bytes(fields), StandardCharsets.UTF_8);
    }

    /** Nothing, for NULL. */
    private static byte[] bytes(ByteBuffer fields) {
        byte[] bytes = new byte[Math.max(0, fields.getInt())];
        fields.get(bytes);
        return bytes;
    }
}
