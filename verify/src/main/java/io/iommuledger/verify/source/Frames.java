package io.iommuledger.verify.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Reads a file frame by frame, through a buffer of its own. */
final class Frames {
    private static final int BUFFER = 1 << 20;
    private static final int MOST_FRAME = 1 << 21;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER + MOST_FRAME);
    private long read;

    Frames(FileChannel channel, long from) {
        this.channel = channel;
        this.read = from;
        buffer.limit(0);
    }

    /** Where the next one begins. */
    long at() {
        return read - buffer.remaining();
    }

    /** Fewer at the end of the file. */
    byte[] bytes(int wanted) throws IOException {
        fill(wanted);
        byte[] bytes = new byte[Math.min(wanted, buffer.remaining())];
        buffer.get(bytes);
        return bytes;
    }

    /** The next one, which stays the next one; empty if no whole one is there, or one that is longer than any. */
    Optional<Frame> peek() throws IOException {
        fill(ExportFile.HEAD_BYTES);
        if (buffer.remaining() < ExportFile.HEAD_BYTES) {
            return Optional.empty();
        }
        int at = buffer.position();
        byte letter = buffer.get(at);
        int length = buffer.getInt(at + 1);
        if (length < 0 || length > MOST_FRAME - ExportFile.HEAD_BYTES) {
            return Optional.empty();
        }
        fill(ExportFile.HEAD_BYTES + length);
        return buffer.remaining() < ExportFile.HEAD_BYTES + length
                ? Optional.empty()
                : Optional.of(new Frame(letter, buffer.array(), buffer.position() + ExportFile.HEAD_BYTES, length));
    }

    void skip(Frame frame) {
        buffer.position(frame.from() + frame.length());
    }

    private void fill(int wanted) throws IOException {
        if (buffer.remaining() >= wanted) {
            return;
        }
        buffer.compact();
        while (buffer.position() < wanted) {
            int more = channel.read(buffer, read);
            if (more < 0) {
                break;
            }
            read += more;
        }
        buffer.flip();
    }
}
