package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** A directory of a file system. */
public final class DiskFiles implements JournalFiles {
    private static final int BLOCK = 1 << 20;

    private final Path directory;

    private DiskFiles(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory if it is not there. */
    public static DiskFiles in(Path directory) throws IOException {
        OwnerOnly.directory(directory);
        force(Objects.requireNonNull(directory.toAbsolutePath().getParent()));
        return new DiskFiles(directory);
    }

    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Zeros are written, for space that is only promised turns into real blocks in the middle of a later sync. */
    @Override
    public JournalFile create(String name, long bytes) throws IOException {
        Path file = path(name);
        Path parent = Objects.requireNonNull(file.getParent());
        OwnerOnly.directory(parent);
        long usable = Files.getFileStore(parent).getUsableSpace();
        if (usable > 0 && usable < bytes) {
            // Or every attempt on a full disk would take the last blocks from everybody for a moment.
            throw new IOException("no space for " + bytes + " bytes: " + usable + " are left below " + parent);
        }
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OwnerOnly.file());
        try {
            OpenFile open = new OpenFile(channel);
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(BLOCK, bytes));
            for (long at = 0; at < bytes; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
                open.write(zeros, at);
            }
            channel.force(true);
            force(parent);
            return open;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    @Override
    public JournalFile open(String name) throws IOException {
        return new OpenFile(FileChannel.open(path(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path target = path(to);
        OwnerOnly.directory(Objects.requireNonNull(target.getParent()));
        Files.move(path(from), target, StandardCopyOption.ATOMIC_MOVE);
        force(Objects.requireNonNull(target.getParent()));
        force(directory);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public Instant written(String name) throws IOException {
        return Files.getLastModifiedTime(path(name)).toInstant();
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private record OpenFile(FileChannel channel) implements JournalFile {

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            long position = at;
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        }

        @Override
        public void read(ByteBuffer into, long at) throws IOException {
            long position = at;
            while (into.hasRemaining()) {
                int read = channel.read(into, position);
                if (read < 0) {
                    return;
                }
                position += read;
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
