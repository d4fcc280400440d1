package io.iommuledger.protocol.bundle;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Reads blocks from some place of a file on, each with its checksum, and allocates no more than the file can fill. */
final class BlockReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel file;
    private final DataInputStream in;
    private long at;

    BlockReader(FileChannel file, long from) {
        this.file = file;
        this.at = from;
        this.in = new DataInputStream(new BufferedInputStream(new FromPlace(file, from), BUFFER_BYTES));
    }

    /** Of the next block. */
    long at() {
        return at;
    }

    /**
     * The next block; empty at the end of the file.
     *
     * @throws BadBundle if there is none where one should be
     */
    Optional<Block> next() throws IOException {
        long left = file.size() - at;
        if (left == 0) {
            return Optional.empty();
        }
        if (left < Block.HEAD_BYTES + Block.CHECKSUM_BYTES) {
            throw cutOff();
        }
        try {
            int length = in.readInt();
            byte code = in.readByte();
            long begin = at;
            Kind kind = Kind.of(code)
                    .orElseThrow(() -> new BadBundle(begin, "damaged: there is no kind of block " + (code & 0xff)));
            if (length < 0 || length > kind.mostBytes()) {
                throw new BadBundle(
                        begin,
                        "damaged: a " + kind.inWords() + " of " + Integer.toUnsignedString(length)
                                + " bytes, and none has more than " + kind.mostBytes());
            }
            if (Block.HEAD_BYTES + (long) length + Block.CHECKSUM_BYTES > left) {
                throw cutOff();
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            Block block = new Block(begin, kind, payload);
            if (in.readInt() != block.checksum()) {
                throw new BadBundle(begin, "damaged: a " + kind.inWords() + " does not have its checksum");
            }
            at = begin + Block.HEAD_BYTES + length + Block.CHECKSUM_BYTES;
            return Optional.of(block);
        } catch (EOFException shorter) {
            throw cutOff();
        }
    }

    private BadBundle cutOff() {
        return new BadBundle(at, "cut off: the file ends within a block");
    }

    /** A file from one of its bytes on, however else it is read. */
    private static final class FromPlace extends InputStream {
        private final FileChannel file;
        private long at;

        FromPlace(FileChannel file, long from) {
            this.file = file;
            this.at = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = file.read(ByteBuffer.wrap(into, offset, length), at);
            at += Math.max(0, count);
            return count;
        }
    }
}
