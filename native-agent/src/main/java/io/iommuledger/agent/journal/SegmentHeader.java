package io.iommuledger.agent.journal;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The beginning of a segment, big-endian. Records follow it.
 *
 * <pre>
 *    0               4               8
 *    +-------------------------------+
 *  0 | "IOMMULJ1"                    |
 *    +-------------------------------+
 *  8 | epoch                         |
 *    +-------------------------------+
 * 16 | first sequence                |   of the records that follow
 *    +-------------------------------+
 * 24 | instance              16 bytes|   UUID of the epoch's start
 *    +-------------------------------+
 * 40 | previous hash         32 bytes|   as in the first record that follows
 *    +---------------+---------------+
 * 72 | zero          | CRC32C        |   the CRC is of all before it
 *    +---------------+---------------+
 * </pre>
 */
record SegmentHeader(long epoch, long firstSequence, UUID instance, ByteBuffer previous) {
    static final int BYTES = 80;
    private static final long MAGIC = 0x494f_4d4d_554c_4a31L;
    private static final int CRC = 76;
    private static final String SUFFIX = ".seg";

    /** Name of the file; sorts by epoch, then by sequence. */
    static String name(long epoch, long firstSequence) {
        return String.format(Locale.ROOT, "%012d-%016d%s", epoch, firstSequence, SUFFIX);
    }

    static boolean names(String file) {
        return file.endsWith(SUFFIX);
    }

    ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC)
                .putLong(epoch)
                .putLong(firstSequence)
                .putLong(instance.getMostSignificantBits())
                .putLong(instance.getLeastSignificantBits())
                .put(previous.duplicate())
                .putInt(0)
                .putInt(crc(bytes.array()));
        return bytes.flip();
    }

    /** Empty if the bytes do not begin with a sound header. */
    static Optional<SegmentHeader> decoded(ByteBuffer bytes) {
        if (bytes.limit() < BYTES) {
            return Optional.empty();
        }
        byte[] header = new byte[BYTES];
        bytes.get(0, header);
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (fields.getLong() != MAGIC || fields.getInt(CRC) != crc(header)) {
            return Optional.empty();
        }
        long epoch = fields.getLong();
        long firstSequence = fields.getLong();
        UUID instance = new UUID(fields.getLong(), fields.getLong());
        ByteBuffer previous =
                fields.slice(fields.position(), JournalRecord.HASH_BYTES).asReadOnlyBuffer();
        return Optional.of(new SegmentHeader(epoch, firstSequence, instance, previous));
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CRC);
        return (int) crc.getValue();
    }
}
