package io.iommuledger.verify.check;

import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TileSource;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.verify.source.Unreadable;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the records differ from a tree whose hashes are stored beside them. Those may have been rewritten too: if they fit a
 * checkpoint that is held elsewhere they were not, and what they tell is proven; if not it is a hint.
 */
final class Localisation {
    private final OwnTree own;
    private final TileSource stored;
    private final Checkpoint checkpoint;
    private final TreeHasher hasher = new TreeHasher();

    /** The tile of the level above the leaves' that was read last. */
    private Optional<byte[]> above = Optional.empty();

    private long aboveIndex;

    Localisation(OwnTree own, TileSource stored, Checkpoint checkpoint) {
        this.own = own;
        this.stored = stored;
        this.checkpoint = checkpoint;
    }

    /** The first position at which a record is another; empty if nothing is stored that tells. */
    Optional<Finding> firstDifference() throws Unreadable {
        try {
            long tiles = (checkpoint.size() + Tile.FULL - 1) / Tile.FULL;
            boolean proven = proven();
            for (long tile = 0; tile < tiles; tile++) {
                Optional<Finding> difference = differs(tile) ? Optional.of(within(tile, proven)) : Optional.empty();
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        } catch (TreeDamaged notStored) {
            return Optional.empty();
        }
    }

    /** Whether what is stored is the checkpoint's tree. */
    private boolean proven() {
        GrowingTree tree = new GrowingTree();
        long full = checkpoint.size() / Tile.FULL;
        for (long tile = 0; tile < full; tile++) {
            tree.appendTile(root(tile));
        }
        int rest = (int) (checkpoint.size() % Tile.FULL);
        if (rest > 0) {
            byte[] leaves = leaves(full, rest);
            for (int i = 0; i < rest; i++) {
                tree.appendHash(leaves, i);
            }
        }
        return tree.root().equals(checkpoint.root());
    }

    private boolean differs(long tile) throws Unreadable {
        if (tile < checkpoint.size() / Tile.FULL) {
            return !own.tile(tile).equals(Optional.of(root(tile)));
        }
        int width = (int) (checkpoint.size() % Tile.FULL);
        byte[] leaves = own.leaves(tile);
        return leaves.length < width * Hash.BYTES
                || !Arrays.equals(Arrays.copyOf(leaves, width * Hash.BYTES), leaves(tile, width));
    }

    private Finding within(long tile, boolean proven) throws Unreadable {
        int width = (int) Math.min(Tile.FULL, checkpoint.size() - tile * Tile.FULL);
        byte[] kept = leaves(tile, width);
        boolean fits = width < Tile.FULL || hasher.rootOver(kept.clone(), width).equals(root(tile));
        byte[] read = own.leaves(tile);
        int at = 0;
        while (at < width
                && (at + 1) * Hash.BYTES <= read.length
                && Hash.at(read, at).equals(Hash.at(kept, at))) {
            at++;
        }
        if (at == width) {
            long first = tile * Tile.FULL + 1;
            return new Finding(
                    first, first + width - 1, Evidence.STORED_HASH, "the stored hashes do not fit each other");
        }
        return Finding.at(
                tile * Tile.FULL + at + 1,
                proven && fits ? Evidence.PROVEN_HASH : Evidence.STORED_HASH,
                "the record is not the one that was stored");
    }

    /** The root over a full tile, as the level above has it. */
    private Hash root(long tile) {
        if (above.isEmpty() || aboveIndex != tile / Tile.FULL) {
            aboveIndex = tile / Tile.FULL;
            above = Optional.of(hashes(Tile.in(checkpoint.size(), 1, aboveIndex).orElseThrow()));
        }
        return Hash.at(above.get(), (int) (tile % Tile.FULL));
    }

    private byte[] leaves(long tile, int width) {
        return hashes(new Tile(0, tile, width));
    }

    private byte[] hashes(Tile tile) {
        byte[] hashes = stored.hashes(tile);
        if (hashes.length < tile.width() * Hash.BYTES) {
            throw new TreeDamaged("tile " + tile.path() + " is stored with " + hashes.length + " bytes");
        }
        return Arrays.copyOf(hashes, tile.width() * Hash.BYTES);
    }
}
