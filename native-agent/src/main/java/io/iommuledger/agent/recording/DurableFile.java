package io.iommuledger.agent.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** A small file that has either its old or its new content, also after a power cut. */
final class DurableFile {

    private DurableFile() {}

    /** When it returns, the new content is there for good. */
    static void replace(Path file, String content) throws IOException {
        replace(file, content, new FileAttribute<?>[0]);
    }

    /** As {@link #replace}, of a file that nobody but its owner reads, at no moment. */
    static void replaceSecret(Path file, String content) throws IOException {
        replace(file, content, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static void replace(Path file, String content, FileAttribute<?>... attributes) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path fresh = directory.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel out =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer text = StandardCharsets.US_ASCII.encode(content);
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
            parent.force(true);
        }
    }
}
