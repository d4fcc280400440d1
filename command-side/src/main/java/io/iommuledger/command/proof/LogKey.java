package io.iommuledger.command.proof;

import io.iommuledger.proof.note.SigningKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** The log's signing key in its file, one line as Go's {@code note} package writes it, readable by its owner alone. */
final class LogKey {
    static final String FILE = "log-key";
    private static final int MOST_BYTES = 4_096;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private LogKey() {}

    /**
     * The directory's key, made if there is none.
     *
     * @param origin what the log is called, and so its key
     * @throws NotSigned if what is there is no key of this log that its owner alone reads
     */
    static SigningKey in(Path directory, String origin) {
        Path file = directory.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                create(directory, file, SigningKey.fresh(origin));
            }
            return read(file, origin);
        } catch (IOException e) {
            throw new NotSigned("the log's key " + file + " cannot be used: " + e, e);
        }
    }

    private static SigningKey read(Path file, String origin) throws IOException {
        Set<PosixFilePermission> may = Files.getPosixFilePermissions(file);
        if (!OWNER.containsAll(may)) {
            throw new NotSigned("others than its owner may use the log's key " + file + " ("
                    + PosixFilePermissions.toString(may) + "); if nobody has read it: chmod 600 " + file
                    + "; else remove it: a new key is made, which those who check have to be given");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new NotSigned("no key in " + file + ": it has more than " + MOST_BYTES + " bytes");
        }
        SigningKey key = parsed(file);
        if (!key.verifier().name().equals(origin)) {
            throw new NotSigned("the key in " + file + " is that of the log '"
                    + key.verifier().name() + "', and this log is '" + origin
                    + "': a key signs for one log; use another state directory");
        }
        return key;
    }

    private static SigningKey parsed(Path file) throws IOException {
        try {
            return SigningKey.parse(
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IllegalArgumentException e) {
            throw new NotSigned(
                    "no key in " + file + ": " + e.getMessage()
                            + "; put the right file back, or remove it: a new key is made, which those who check have to"
                            + " be given",
                    e);
        }
    }

    /** When it returns, a key is there for good, this one or that of a process that came first. */
    private static void create(Path directory, Path file, SigningKey key) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path fresh = directory.resolve(FILE + "." + UUID.randomUUID() + ".new");
        try (FileChannel out = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER))) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(key.text() + "\n");
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException meanwhile) {
            return;
        } finally {
            Files.delete(fresh);
        }
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
