package io.iommuledger.agent.recording;

import io.iommuledger.agent.journal.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** A small file, its owner's alone, that has either its old or its new content, also after a power cut. */
final class DurableFile {

    private DurableFile() {}

    /** When it returns, the new content is there for good. */
    static void replace(Path file, String content) throws IOException {
        Path directory = directory(file);
        Path fresh = directory.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(directory);
    }

    /**
     * When it returns, a file is there for good: this one, or one that somebody else made meanwhile.
     *
     * @return whether it is this one
     */
    static boolean create(Path file, String content) throws IOException {
        Path directory = directory(file);
        Path fresh = directory.resolve(file.getFileName() + "." + UUID.randomUUID() + ".new");
        write(fresh, content);
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException meanwhile) {
            return false;
        } finally {
            Files.delete(fresh);
        }
        force(directory);
        return true;
    }

    private static void write(Path fresh, String content) throws IOException {
        try (FileChannel out = FileChannel.open(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file())) {
            ByteBuffer text = StandardCharsets.US_ASCII.encode(content);
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
