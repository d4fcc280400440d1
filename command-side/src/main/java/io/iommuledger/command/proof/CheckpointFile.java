package io.iommuledger.command.proof;

import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.VerifierKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Every checkpoint that was signed here, one after the other with an empty line behind each. It is out of the database's
 * reach: what stands here last is not contradicted, whatever the database says.
 */
final class CheckpointFile {
    static final String FILE = "checkpoints";
    private static final int TAIL_BYTES = 64 << 10;
    private static final String SIGNATURE = "\n\n\u2014 ";

    private final Path directory;
    private final Path file;

    CheckpointFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
    }

    /** When it returns, the checkpoint is there for good. */
    void append(String note) throws IOException {
        boolean isNew = !Files.exists(file);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            // What a crash has left half-written ends before this one begins.
            ByteBuffer text = StandardCharsets.UTF_8.encode(endsWhole() ? note + "\n" : "\n\n" + note + "\n");
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
        if (isNew) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** The last one that is whole and that a key has signed; empty if there is none. */
    Optional<Checkpoint> last(VerifierKey key) throws IOException {
        String tail = Files.exists(file) ? tail() : "";
        for (int at = tail.lastIndexOf(SIGNATURE); at >= 0; at = tail.lastIndexOf(SIGNATURE, at - 1)) {
            int begin = tail.lastIndexOf("\n\n", at - 1);
            int end = tail.indexOf("\n\n", at + 1);
            String text = tail.substring(begin < 0 ? 0 : begin + 2, end < 0 ? tail.length() : end + 1);
            Optional<Checkpoint> read = checkpoint(text, key);
            if (read.isPresent()) {
                return read;
            }
        }
        return Optional.empty();
    }

    private static Optional<Checkpoint> checkpoint(String text, VerifierKey key) {
        try {
            SignedNote note = SignedNote.parse(text);
            return key.verifies(note) ? Optional.of(Checkpoint.of(note)) : Optional.empty();
        } catch (IllegalArgumentException torn) {
            return Optional.empty();
        }
    }

    private boolean endsWhole() throws IOException {
        String tail = tail();
        return tail.isEmpty() || tail.endsWith("\n\n");
    }

    private String tail() throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, in.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (in.length() - from)];
            in.seek(from);
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
