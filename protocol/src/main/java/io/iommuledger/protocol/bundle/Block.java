package io.iommuledger.protocol.bundle;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a bundle consists of, behind its first eight bytes; numbers are big-endian.
 *
 * <pre>
 *   0               4       5                     5 + n           9 + n
 *  +---------------+-------+---------------------+---------------+
 *  |   length n    | kind  |       payload       |    CRC32C     |
 *  +---------------+-------+---------------------+---------------+
 *                                                 of all before it
 * </pre>
 *
 * @param at offset of its first byte in the file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Block(long at, Kind kind, byte[] payload) {
    static final int HEAD_BYTES = Integer.BYTES + 1;
    static final int CHECKSUM_BYTES = Integer.BYTES;

    /** Begins every bundle: not ASCII, so that no text is taken for one, and ends that a transfer as text would change. */
    private static final byte[] MAGIC = {(byte) 0x89, 'I', 'L', 'B'};

    private static final byte[] AFTER_VERSION = {'\r', '\n', 0x1a};
    static final int MAGIC_BYTES = 8;

    /** Of this form; the one before had no hashes of leaves. */
    static final byte VERSION = 2;

    private static final byte EARLIER_VERSION = 1;

    static byte[] beginning(byte version) {
        return ByteBuffer.allocate(MAGIC_BYTES)
                .put(MAGIC)
                .put(version)
                .put(AFTER_VERSION)
                .array();
    }

    /** Whether a file that begins so is a bundle, of whatever version. */
    static boolean begins(byte[] first) {
        ByteBuffer begun = ByteBuffer.wrap(first);
        return first.length == MAGIC_BYTES
                && begun.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
                && begun.slice(MAGIC.length + 1, AFTER_VERSION.length).equals(ByteBuffer.wrap(AFTER_VERSION));
    }

    /** Whether it is of a form that is known here. */
    static boolean isKnown(byte version) {
        return version == VERSION || version == EARLIER_VERSION;
    }

    static byte versionOf(byte[] first) {
        return first[MAGIC.length];
    }

    byte[] encoded() {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length + CHECKSUM_BYTES)
                .put(head())
                .put(payload)
                .putInt(checksum())
                .array();
    }

    private byte[] head() {
        return ByteBuffer.allocate(HEAD_BYTES)
                .putInt(payload.length)
                .put(kind.code())
                .array();
    }

    int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(head());
        crc.update(payload);
        return (int) crc.getValue();
    }
}
