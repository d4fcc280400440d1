package io.iommuledger.verify.check;

import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tree over the records as they are read, up to where the first position is missing. It keeps 32 bytes for each full
 * tile, an eighth of a byte a record, and the leaves of the tiles in which a checkpoint ends.
 */
final class OwnTree {
    private final Set<Long> wanted = new HashSet<>();
    private final Map<Long, byte[]> kept = new HashMap<>();
    private final RecordSource source;
    private byte[] roots = new byte[Hash.BYTES << 10];
    private long tiles;
    private long size;

    /** @param sizes of the checkpoints that it will be held against */
    OwnTree(RecordSource source, List<Long> sizes) {
        this.source = source;
        sizes.forEach(each -> wanted.add(each / Tile.FULL));
    }

    void take(Examined block) {
        int record = 0;
        // A tile that goes on in another block lacks records.
        while (record < block.records() && block.positions[record] == size + 1 && size % Tile.FULL == 0) {
            int width = width(block, record);
            keep(size / Tile.FULL, block.leavesFrom(record, width), width);
            if (width == Tile.FULL) {
                add(block.tiles[record / Tile.FULL]);
            }
            size += width;
            record += width;
        }
    }

    /** How many records follow each other from one on, within a tile. */
    private static int width(Examined block, int from) {
        int width = 1;
        while (width < Tile.FULL
                && from + width < block.records()
                && block.positions[from + width] == block.positions[from] + width) {
            width++;
        }
        return width;
    }

    private void keep(long tile, byte[] leaves, int width) {
        if (wanted.contains(tile) || width < Tile.FULL) {
            kept.put(tile, leaves);
        }
    }

    private void add(Hash root) {
        int at = Math.toIntExact(tiles * Hash.BYTES);
        if (at == roots.length) {
            roots = Arrays.copyOf(roots, 2 * roots.length);
        }
        System.arraycopy(root.bytes(), 0, roots, at, Hash.BYTES);
        tiles++;
    }

    /** Records that follow each other from position 1 on. */
    long size() {
        return size;
    }

    Optional<Hash> tile(long index) {
        return index < tiles ? Optional.of(Hash.at(roots, Math.toIntExact(index))) : Optional.empty();
    }

    /** The root over the first records; empty if so many do not follow each other. */
    Optional<Hash> rootAt(long leaves) throws Unreadable {
        if (leaves > size) {
            return Optional.empty();
        }
        GrowingTree tree = new GrowingTree();
        long full = leaves / Tile.FULL;
        for (long tile = 0; tile < full; tile++) {
            tree.appendTile(tile(tile).orElseThrow());
        }
        int rest = (int) (leaves % Tile.FULL);
        byte[] last = rest == 0 ? new byte[0] : leaves(full);
        if (last.length < rest * Hash.BYTES) {
            return Optional.empty();
        }
        for (int i = 0; i < rest; i++) {
            tree.appendHash(last, i);
        }
        return Optional.of(tree.root());
    }

    /** The hashes of a tile's leaves, as many as follow each other; read once more unless they were kept. */
    byte[] leaves(long tile) throws Unreadable {
        byte[] known = kept.get(tile);
        if (known != null) {
            return known;
        }
        long first = tile * Tile.FULL + 1;
        List<byte[]> records = source.records(first, first + Tile.FULL - 1);
        return new Examiner().examine(Block.of(records, List.of())).leaves;
    }
}
