package io.iommuledger.cli.export;

import io.iommuledger.cli.client.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Appends to a file, and has it on the disk before it says so. A line that was begun and not ended is cut off. */
final class FileDestination implements Destination {
    private static final int LOOK_BYTES = 1 << 16;

    private final FileChannel file;
    private long end;

    private FileDestination(FileChannel file) throws IOException {
        this.file = file;
        this.end = endOfLines(file);
        file.truncate(end);
    }

    static FileDestination open(Path path) throws Failure {
        try {
            return new FileDestination(FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw Failure.refused("cannot write to " + path + ": " + e.getMessage());
        }
    }

    @Override
    public void take(List<String> lines) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
        try {
            long at = end;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            file.force(true);
            end = at;
        } catch (IOException full) {
            file.truncate(end);
            throw full;
        }
    }

    @Override
    public boolean acknowledges() {
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static long endOfLines(FileChannel file) throws IOException {
        long end = file.size();
        while (end > 0) {
            int length = (int) Math.min(LOOK_BYTES, end);
            ByteBuffer part = ByteBuffer.allocate(length);
            while (part.hasRemaining() && file.read(part, end - length + part.position()) > 0) {
                // until all of the part is there
            }
            for (int i = part.position() - 1; i >= 0; i--) {
                if (part.get(i) == '\n') {
                    return end - length + i + 1;
                }
            }
            end -= length;
        }
        return 0;
    }
}
