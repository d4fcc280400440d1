package io.iommuledger.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tree to which leaves are added. It holds the tiles of its right edge, at most 8 KiB a level, and those that were
 * filled since they were last taken away. Of one thread at a time.
 */
public final class GrowingTree {
    private final TreeHasher hasher = new TreeHasher();
    private final List<Edge> edges = new ArrayList<>();
    private final List<Filled> filled = new ArrayList<>();
    private long size;

    /** A tile and its hashes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Filled(Tile tile, byte[] hashes) {}

    /** The tile of a level that is not full. */
    private static final class Edge {
        private final byte[] hashes = new byte[Tile.FULL * Hash.BYTES];
        private long index;
        private int width;
        private int taken;
    }

    /** Without leaves. */
    public GrowingTree() {}

    /**
     * The tree of a size whose tiles are kept.
     *
     * @throws TreeDamaged if a tile of its right edge is not there
     */
    public static GrowingTree resume(long size, TileSource tiles) {
        GrowingTree tree = new GrowingTree();
        tree.size = size;
        for (int level = 0; Tile.hashes(level, size) > 0; level++) {
            Edge edge = tree.edge(level);
            edge.index = Tile.hashes(level, size) / Tile.FULL;
            edge.width = (int) (Tile.hashes(level, size) % Tile.FULL);
            edge.taken = edge.width;
            if (edge.width > 0) {
                byte[] kept = tiles.hashes(new Tile(level, edge.index, edge.width));
                if (kept.length < edge.width * Hash.BYTES) {
                    throw new TreeDamaged("tile " + new Tile(level, edge.index, edge.width).path() + " has only "
                            + kept.length + " bytes");
                }
                System.arraycopy(kept, 0, edge.hashes, 0, edge.width * Hash.BYTES);
            }
        }
        return tree;
    }

    public long size() {
        return size;
    }

    /** Adds a leaf. */
    public void append(byte[] data) {
        append(data, data.length);
    }

    /** Adds a leaf of the first bytes of an array. */
    public void append(byte[] data, int length) {
        Edge edge = edge(0);
        hasher.leaf(data, length, edge.hashes, edge.width);
        edge.width++;
        size++;
        fill(0);
    }

    /** Adds a leaf by its hash, one of several that stand behind each other. */
    public void appendHash(byte[] hashes, int index) {
        Edge edge = edge(0);
        System.arraycopy(hashes, index * Hash.BYTES, edge.hashes, edge.width * Hash.BYTES, Hash.BYTES);
        edge.width++;
        size++;
        fill(0);
    }

    /**
     * Adds the leaves of a full tile by the root over them. That tile is never among those that were filled.
     *
     * @throws IllegalStateException unless the leaves before it fill their tiles
     */
    public void appendTile(Hash root) {
        if (size % Tile.FULL != 0) {
            throw new IllegalStateException("a tile does not begin behind leaf " + size);
        }
        edge(0).index++;
        Edge edge = edge(1);
        root.copyTo(edge.hashes, edge.width);
        edge.width++;
        size += Tile.FULL;
        fill(1);
    }

    private void fill(int from) {
        int level = from;
        Edge edge = edge(level);
        while (edge.width == Tile.FULL) {
            filled.add(new Filled(new Tile(level, edge.index, Tile.FULL), edge.hashes.clone()));
            Hash root = hasher.rootOver(edge.hashes, Tile.FULL);
            edge.index++;
            edge.width = 0;
            edge.taken = 0;
            level++;
            edge = edge(level);
            root.copyTo(edge.hashes, edge.width);
            edge.width++;
        }
    }

    private Edge edge(int level) {
        if (level == edges.size()) {
            edges.add(new Edge());
        }
        return edges.get(level);
    }

    public Hash root() {
        byte[] hashes = new byte[Tile.FULL * Hash.BYTES];
        Hash rest = null;
        for (Edge edge : edges) {
            System.arraycopy(edge.hashes, 0, hashes, 0, edge.width * Hash.BYTES);
            int count = edge.width;
            if (rest != null) {
                rest.copyTo(hashes, count);
                count++;
            }
            if (count > 0) {
                rest = hasher.rootOver(hashes, count);
            }
        }
        return rest == null ? hasher.empty() : rest;
    }

    /** Tiles that are new or wider than when this was last asked. */
    public List<Filled> takeChanged() {
        List<Filled> changed = new ArrayList<>(filled);
        filled.clear();
        for (int level = 0; level < edges.size(); level++) {
            Edge edge = edges.get(level);
            if (edge.width > edge.taken) {
                changed.add(new Filled(
                        new Tile(level, edge.index, edge.width), Arrays.copyOf(edge.hashes, edge.width * Hash.BYTES)));
                edge.taken = edge.width;
            }
        }
        return changed;
    }
}
