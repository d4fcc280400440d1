package io.iommuledger.verify.source;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TileSource;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.protocol.Sha256;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * A log in a file: {@link #BEGINNING}, then frames, each a letter, the length of what follows (4 bytes, big-endian) and so
 * many bytes. {@code R} is a record and {@code S} a signature, as {@code stored.proto} describes them; a signature stands
 * behind the last record that it covers. Behind all of them {@code L} has the hashes of the leaves of a tile, 32 bytes each:
 * all tiles are full but the last one. The last frame is {@code E}, with the numbers of records, signatures and hashes (8 bytes
 * each) and the SHA-256 of all these hashes. The bytes of records and signatures are those that are hashed and signed: whoever
 * writes the file cannot change them unseen either. The hashes prove nothing by themselves, and tell which record is another if
 * they lead to the root of a checkpoint that is held elsewhere. A file that begins with {@link #EARLIER} has none, and neither
 * their number nor their SHA-256 at its end.
 */
public final class ExportFile implements AutoCloseable {
    static final byte[] BEGINNING = "iommu-ledger export v2\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] EARLIER = "iommu-ledger export v1\n".getBytes(StandardCharsets.US_ASCII);
    static final byte RECORD = 'R';
    static final byte SIGNATURE = 'S';
    static final byte LEAVES = 'L';
    static final byte END = 'E';
    static final int HEAD_BYTES = 1 + Integer.BYTES;
    static final int TILE_BYTES = Tile.FULL * Hash.BYTES;
    static final int END_BYTES = 3 * Long.BYTES + Hash.BYTES;
    static final int EARLIER_END_BYTES = 2 * Long.BYTES;

    private static final int BUFFER = 1 << 20;

    private final DataOutputStream out;
    private long records;
    private long signatures;
    private long leaves;
    private final MessageDigest ofLeaves = Sha256.begun();

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

    /** The hashes of leaves, as far as they are stored one behind the other. No records follow. */
    public void write(TileSource tiles) throws IOException {
        Optional<byte[]> next = stored(tiles, 0);
        while (next.isPresent()) {
            byte[] hashes = next.get();
            head(LEAVES, hashes.length);
            out.write(hashes);
            ofLeaves.update(hashes);
            leaves += hashes.length / Hash.BYTES;
            next = hashes.length == TILE_BYTES ? stored(tiles, leaves / Tile.FULL) : Optional.empty();
        }
    }

    /** Empty where the tree ends, and where a tile is not there: those before it are enough for smaller checkpoints. */
    private static Optional<byte[]> stored(TileSource tiles, long index) {
        try {
            byte[] hashes = tiles.hashes(new Tile(0, index, 1));
            int whole = Math.min(hashes.length / Hash.BYTES, Tile.FULL);
            return whole == 0 ? Optional.empty() : Optional.of(Arrays.copyOf(hashes, whole * Hash.BYTES));
        } catch (TreeDamaged none) {
            return Optional.empty();
        }
    }

    private void head(byte letter, int length) throws IOException {
        out.write(letter);
        out.writeInt(length);
    }

    public long records() {
        return records;
    }

    /** Hashes of leaves. */
    public long leaves() {
        return leaves;
    }

    /** Without this a file is one that was broken off. */
    public void end() throws IOException {
        head(END, END_BYTES);
        out.writeLong(records);
        out.writeLong(signatures);
        out.writeLong(leaves);
        out.write(ofLeaves.digest());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
