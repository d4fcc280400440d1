package io.iommuledger.db.append;

import io.iommuledger.protocol.StoredRecord;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that is to be stored; the appender gives it its position.
 *
 * @param storedAtNanos since 1970
 * @param metadata      null if there is none
 * @param signature     null unless it is the last of a batch that was signed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying each fact's bytes buys nothing
public record NewEvent(
        String stream,
        long sequence,
        @Nullable String streamType,
        String type,
        @Nullable String revision,
        long storedAtNanos,
        UUID id,
        byte[] payload,
        byte @Nullable [] metadata,
        @Nullable BatchSignature signature) {
    /** The numbers of a record, and the tags and lengths of its fields. */
    private static final int BESIDE_BYTES = 64;

    private static final int MOST_BYTES_A_CHARACTER = 3;

    /** What it is in the log, once it has its position there. */
    public StoredRecord record(long position) {
        return new StoredRecord(
                position, stream, sequence, type, revision == null ? "" : revision, storedAtNanos, payload);
    }

    /** Whether the record that it becomes may be too long, whatever position it gets. */
    boolean tooLong() {
        int names = stream.length() + type.length() + (revision == null ? 0 : revision.length());
        return payload.length + MOST_BYTES_A_CHARACTER * names + BESIDE_BYTES > StoredRecord.MOST_BYTES;
    }
}
