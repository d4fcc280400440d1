package io.iommuledger.verify.source;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A log in a file: {@link #BEGINNING}, then frames, each a letter, the length of what follows (4 bytes, big-endian) and so
 * many bytes. {@code R} is a record and {@code S} a signature, as {@code stored.proto} describes them; a signature stands
 * behind the last record that it covers. The last frame is {@code E}, with the numbers of both (8 bytes each). The bytes are
 * those that are hashed and signed: whoever writes the file cannot change them unseen either.
 */
public final class ExportFile implements AutoCloseable {
    static final byte[] BEGINNING = "iommu-ledger export v1\n".getBytes(StandardCharsets.US_ASCII);
    static final byte RECORD = 'R';
    static final byte SIGNATURE = 'S';
    static final byte END = 'E';
    static final int HEAD_BYTES = 1 + Integer.BYTES;

    private static final int BUFFER = 1 << 20;

    private final DataOutputStream out;
    private long records;
    private long signatures;

    private ExportFile(DataOutputStream out) {
        this.out = out;
    }

    /** @throws IOException also if there is such a file: what was exported once is not written over */
    public static ExportFile create(Path file) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER));
        out.write(BEGINNING);
        return new ExportFile(out);
    }

    public void write(Block block) throws IOException {
        for (int i = 0; i < block.records(); i++) {
            int length = block.ends()[i] - block.start(i);
            head(RECORD, length);
            out.write(block.bytes(), block.start(i), length);
            records++;
        }
        for (var signature : block.signatures()) {
            byte[] encoded = signature.encoded();
            head(SIGNATURE, encoded.length);
            out.write(encoded);
            signatures++;
        }
    }

    private void head(byte letter, int length) throws IOException {
        out.write(letter);
        out.writeInt(length);
    }

    public long records() {
        return records;
    }

    /** Without this a file is one that was broken off. */
    public void end() throws IOException {
        head(END, 2 * Long.BYTES);
        out.writeLong(records);
        out.writeLong(signatures);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
