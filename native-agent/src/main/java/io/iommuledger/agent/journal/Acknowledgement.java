package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * How far the store has an epoch, in a small file of the journal that is written over and over and never synced: after a
 * power cut it may lag, and never leads.
 *
 * <pre>
 *    0               4               8
 *    +-------------------------------+
 *  0 | epoch                         |
 *    +-------------------------------+
 *  8 | stored below                  |   sequence
 *    +---------------+---------------+
 * 16 | zero          | CRC32C        |   the CRC is of all before it
 *    +---------------+---------------+
 * </pre>
 */
final class Acknowledgement {
    private static final int BYTES = 24;
    private static final int CRC = 20;
    private static final String SUFFIX = ".stored";

    private final JournalFiles files;
    private final long epoch;

    Acknowledgement(JournalFiles files, long epoch) {
        this.files = files;
        this.epoch = epoch;
    }

    static String name(long epoch) {
        return String.format(Locale.ROOT, "%012d%s", epoch, SUFFIX);
    }

    static boolean names(String file) {
        return file.endsWith(SUFFIX);
    }

    static long epoch(String name) throws IOException {
        try {
            return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            throw new IOException("the journal's directory holds a file that is none of its own: " + name, e);
        }
    }

    /** 0 if the file is not there or not sound. */
    long read() throws IOException {
        if (!files.exists(name(epoch))) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        try (JournalFile file = files.open(name(epoch))) {
            file.read(bytes, 0);
        }
        boolean sound = bytes.position() == BYTES
                && bytes.getInt(CRC) == crc(bytes.array())
                && bytes.getLong(0) == epoch
                && bytes.getLong(8) >= 0;
        return sound ? bytes.getLong(8) : 0;
    }

    void write(long storedBelow) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(epoch).putLong(storedBelow).putInt(0).putInt(crc(bytes.array()));
        bytes.flip();
        try (JournalFile file =
                files.exists(name(epoch)) ? files.open(name(epoch)) : files.create(name(epoch), BYTES)) {
            file.write(bytes, 0);
        }
    }

    void delete() throws IOException {
        files.delete(name(epoch));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC);
        return (int) crc.getValue();
    }
}
