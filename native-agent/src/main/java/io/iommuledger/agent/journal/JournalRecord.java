package io.iommuledger.agent.journal;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/**
 * One record of a journal, big-endian. Records follow each other without padding, so that no byte is unguarded; zeros
 * follow the last one of a segment.
 *
 * <pre>
 *    0               4               8
 *    +---------------+---------------+
 *  0 | length        | CRC32C        |   length of the whole record; the CRC is of all of it but these four bytes
 *    +---------------+---------------+
 *  8 | epoch                         |
 *    +-------------------------------+
 * 16 | sequence                      |   place in the epoch's stream, from 0
 *    +-------------------------------+
 * 24 | monotonic time                |   nanoseconds, as read
 *    +-------------------------------+
 * 32 | wall time                     |   nanoseconds since 1970, as read
 *    +-------------------------------+
 * 40 | previous hash                 |   SHA-256 of the whole record before this one; zeros in an epoch's first
 *    |                       32 bytes|
 *    +-------------------------------+
 * 72 | payload                       |
 *    +-------------------------------+
 * </pre>
 */
final class JournalRecord {
    static final int LENGTH = 0;
    static final int CRC = 4;
    static final int EPOCH = 8;
    static final int SEQUENCE = 16;
    static final int MONOTONIC = 24;
    static final int WALL = 32;
    static final int PREVIOUS = 40;
    static final int PAYLOAD = 72;

    static final int HASH_BYTES = 32;

    private JournalRecord() {}

    /** Puts a record at the buffer's position, and its hash in the place of the previous one. */
    static void put(ByteBuffer buffer, Chain chain, long epoch, long sequence, Times times, byte[] payload) {
        int at = buffer.position();
        buffer.putInt(PAYLOAD + payload.length)
                .putInt(0)
                .putLong(epoch)
                .putLong(sequence)
                .putLong(times.monotonicNanos())
                .putLong(times.wallNanos())
                .put(chain.previous)
                .put(payload);
        int end = buffer.position();
        buffer.putInt(at + CRC, chain.crc(buffer, at, end - at));
        chain.advance(buffer, at, end - at);
    }

    /** Both clocks, as read when the payload was made. */
    record Times(long monotonicNanos, long wallNanos) {}

    /** Bytes of the record at an offset, if its length can be believed; else 0. */
    static int length(ByteBuffer bytes, int at) {
        if (bytes.limit() - at < PAYLOAD) {
            return 0;
        }
        int length = bytes.getInt(at + LENGTH);
        return length >= PAYLOAD && length <= bytes.limit() - at ? length : 0;
    }

    /** Whether a whole, unharmed record of the epoch stands at an offset. */
    static boolean sound(ByteBuffer bytes, int at, long epoch, Chain chain) {
        int length = length(bytes, at);
        return length > 0
                && bytes.getLong(at + EPOCH) == epoch
                && bytes.getInt(at + CRC) == chain.crc(bytes, at, length);
    }

    static byte[] payload(ByteBuffer bytes, int at) {
        byte[] payload = new byte[bytes.getInt(at + LENGTH) - PAYLOAD];
        bytes.get(at + PAYLOAD, payload);
        return payload;
    }

    /** The hash of the record before the next one, and the means to compute it. For one thread. */
    static final class Chain {
        private final byte[] previous = new byte[HASH_BYTES];
        private final byte[] other = new byte[HASH_BYTES];
        private final CRC32C crc = new CRC32C();
        private final MessageDigest sha256;

        Chain() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        ByteBuffer previous() {
            return ByteBuffer.wrap(previous.clone()).asReadOnlyBuffer();
        }

        void follow(ByteBuffer hash) {
            hash.get(hash.position(), previous);
        }

        /** Whether the record at an offset names the hash of the one before it. */
        boolean follows(ByteBuffer bytes, int at) {
            bytes.get(at + PREVIOUS, other);
            return MessageDigest.isEqual(previous, other);
        }

        void advance(ByteBuffer bytes, int at, int length) {
            sha256.update(bytes.duplicate().limit(at + length).position(at));
            try {
                sha256.digest(previous, 0, HASH_BYTES);
            } catch (DigestException e) {
                throw new IllegalStateException("a SHA-256 hash has 32 bytes", e);
            }
        }

        int crc(ByteBuffer bytes, int at, int length) {
            crc.reset();
            crc.update(bytes.duplicate().limit(at + CRC).position(at + LENGTH));
            crc.update(bytes.duplicate().limit(at + length).position(at + EPOCH));
            return (int) crc.getValue();
        }
    }
}
