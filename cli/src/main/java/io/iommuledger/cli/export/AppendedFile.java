package io.iommuledger.cli.export;

import io.iommuledger.cli.client.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;

/** A file, whatever it is called meanwhile, to which one exporter at a time appends whole lines. */
final class AppendedFile implements AutoCloseable {
    private static final int LOOK_BYTES = 1 << 16;

    private final FileChannel file;
    private final Object key;
    private long end;

    private AppendedFile(FileChannel file, Object key) throws IOException {
        this.file = file;
        this.key = key;
        this.end = endOfLines();
    }

    /** Creates it if it is not there. @throws Failure if another exporter has it */
    static AppendedFile open(Path path) throws IOException, Failure {
        create(path);
        Object key = key(path);
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean open = false;
        try {
            if (!Disk.lock(file)) {
                throw Failure.refused("another exporter writes to " + path + "; each needs a file of its own");
            }
            AppendedFile opened = new AppendedFile(file, key);
            if (!opened.standsAt(path)) {
                throw new IOException(path + " is being replaced");
            }
            open = true;
            return opened;
        } finally {
            if (!open) {
                file.close();
            }
        }
    }

    private static void create(Path path) throws IOException {
        try {
            Files.createFile(path);
            Disk.forceName(path);
        } catch (FileAlreadyExistsException there) {
            // it is appended to
        }
    }

    /** Whether the name is still its own. */
    boolean standsAt(Path path) throws IOException {
        try {
            return key.equals(key(path));
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static Object key(Path path) throws IOException {
        return Objects.requireNonNullElse(
                Files.readAttributes(path, BasicFileAttributes.class).fileKey(), path);
    }

    /** Whether its last line has an end. */
    boolean whole() throws IOException {
        return end == file.size();
    }

    /** Cuts off a last line that has no end. */
    void cut() throws IOException {
        file.truncate(end);
    }

    /** Returns when they are on the disk. */
    void append(List<String> lines) throws IOException {
        if (file.size() < end) {
            end = endOfLines();
            cut();
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
        try {
            long at = end;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            file.force(true);
            end = at;
        } catch (IOException full) {
            cut();
            throw full;
        }
    }

    private long endOfLines() throws IOException {
        long last = file.size();
        while (last > 0) {
            int length = (int) Math.min(LOOK_BYTES, last);
            ByteBuffer part = ByteBuffer.allocate(length);
            while (part.hasRemaining() && file.read(part, last - length + part.position()) > 0) {
                // until all of the part is there
            }
            for (int i = part.position() - 1; i >= 0; i--) {
                if (part.get(i) == '\n') {
                    return last - length + i + 1;
                }
            }
            last -= length;
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
