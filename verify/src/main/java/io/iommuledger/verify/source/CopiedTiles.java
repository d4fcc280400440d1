package io.iommuledger.verify.source;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TileSource;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/** The hashes of leaves in an {@link ExportFile}, as a tree's tiles. Of the levels above only the next one is made. */
final class CopiedTiles implements TileSource {
    private static final int FRAME_BYTES = ExportFile.HEAD_BYTES + ExportFile.TILE_BYTES;

    private final FileChannel channel;
    private final MessageDigest sha256 = Sha256.begun();
    private long begin;
    private long leaves;

    CopiedTiles(FileChannel channel) {
        this.channel = channel;
    }

    /** Whether a further frame may follow: all are full but the last one. */
    boolean takesMore() {
        return leaves % Tile.FULL == 0;
    }

    /** @param at where the frame begins, right behind the one before */
    void take(Frame frame, long at) {
        begin = leaves == 0 ? at : begin;
        sha256.update(frame.bytes(), frame.from(), frame.length());
        leaves += frame.length() / Hash.BYTES;
    }

    long leaves() {
        return leaves;
    }

    /** Of all hashes. Asked for once, behind the last frame. */
    byte[] digest() {
        return sha256.digest();
    }

    @Override
    public byte[] hashes(Tile tile) {
        return switch (tile.level()) {
            case 0 -> leaves(tile);
            case 1 -> roots(tile);
            default -> throw new TreeDamaged("tile " + tile.path() + " is not copied");
        };
    }

    private byte[] roots(Tile tile) {
        TreeHasher hasher = new TreeHasher();
        ByteBuffer roots = ByteBuffer.allocate(tile.width() * Hash.BYTES);
        for (int i = 0; i < tile.width(); i++) {
            byte[] below = leaves(new Tile(0, tile.index() * Tile.FULL + i, Tile.FULL));
            roots.put(hasher.rootOver(below, Tile.FULL).bytes());
        }
        return roots.array();
    }

    private byte[] leaves(Tile tile) {
        long first = tile.index() * Tile.FULL;
        if (first + tile.width() > leaves) {
            throw new TreeDamaged("tile " + tile.path() + " is not copied: there are " + leaves + " hashes of leaves");
        }
        // All that are there, as a database gives them: whoever copies them asks without knowing how many.
        ByteBuffer hashes = ByteBuffer.allocate((int) Math.min(Tile.FULL, leaves - first) * Hash.BYTES);
        long at = begin + tile.index() * FRAME_BYTES + ExportFile.HEAD_BYTES;
        try {
            while (hashes.hasRemaining()) {
                if (channel.read(hashes, at + hashes.position()) < 0) {
                    throw new TreeDamaged("tile " + tile.path() + " is not copied: the file ends in it");
                }
            }
        } catch (IOException e) {
            throw new TreeDamaged("tile " + tile.path() + " cannot be read: " + e.getMessage());
        }
        return hashes.array();
    }
}
