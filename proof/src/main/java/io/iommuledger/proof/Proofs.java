package io.iommuledger.proof;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;

/** Roots and proofs made from tiles, as RFC 9162, section 2.1, defines them. A tile is asked for once as long as few are in use. */
public final class Proofs {
    private static final int TILES_KEPT = 1_024;

    private final TreeHasher hasher = new TreeHasher();
    private final TileSource tiles;
    private final long size;
    private final Map<Tile, byte[]> read = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Tile, byte[]> eldest) {
            return size() > TILES_KEPT;
        }
    };

    /** Takes hashes one by one. */
    @FunctionalInterface
    public interface Sink {
        void take(Hash hash) throws IOException;
    }

    /** @param size of the tree; the tiles may be those of a larger one */
    public Proofs(long size, TileSource tiles) {
        this.size = size;
        this.tiles = tiles;
    }

    public Hash root() {
        return size == 0 ? hasher.empty() : over(0, size);
    }

    /** The root that the tree had at a smaller size. */
    public Hash root(long of) {
        require(of >= 0 && of <= size, "a tree of " + size + " leaves never had " + of);
        return of == 0 ? hasher.empty() : over(0, of);
    }

    /** The hash of a leaf. */
    public Hash leaf(long index) {
        require(index >= 0 && index < size, "a tree of " + size + " leaves has no leaf " + index);
        return over(index, index + 1);
    }

    /** That a leaf is in the tree: from the leaf's neighbour up to the root's child. */
    public List<Hash> inclusion(long index) {
        require(index >= 0 && index < size, "a tree of " + size + " leaves has no leaf " + index);
        List<Hash> proof = new ArrayList<>();
        path(index, 0, size, proof);
        return proof;
    }

    private void path(long index, long from, long below, List<Hash> proof) {
        if (below - from == 1) {
            return;
        }
        long middle = from + split(below - from);
        if (index < middle) {
            path(index, from, middle, proof);
            proof.add(over(middle, below));
        } else {
            path(index, middle, below, proof);
            proof.add(over(from, middle));
        }
    }

    /** That the tree of a smaller size is the beginning of this one. Nothing is needed for the empty one. */
    public List<Hash> consistency(long before) {
        require(before >= 0 && before <= size, "a tree of " + size + " leaves never had " + before);
        List<Hash> proof = new ArrayList<>();
        if (before > 0 && before < size) {
            subproof(before, 0, size, true, proof);
        }
        return proof;
    }

    private void subproof(long before, long from, long below, boolean known, List<Hash> proof) {
        if (before == below) {
            if (!known) {
                proof.add(over(from, below));
            }
            return;
        }
        long middle = from + split(below - from);
        if (before <= middle) {
            subproof(before, from, middle, known, proof);
            proof.add(over(middle, below));
        } else {
            subproof(before, middle, below, false, proof);
            proof.add(over(from, middle));
        }
    }

    /**
     * That leaves are in the tree, all at once, as {@link Subset} takes it: the roots over the largest subtrees that have
     * none of them, from the left to the right.
     *
     * @param indices of the leaves, each above the one before
     */
    public void subset(PrimitiveIterator.OfLong indices, Sink proof) throws IOException {
        new SubsetWriter(indices, proof).write(0, size);
    }

    /** Descends to where a subtree has none of the leaves. */
    private final class SubsetWriter {
        private final PrimitiveIterator.OfLong indices;
        private final Sink proof;
        private long next;

        SubsetWriter(PrimitiveIterator.OfLong indices, Sink proof) {
            this.indices = indices;
            this.proof = proof;
            this.next = -1;
            advance();
        }

        void write(long from, long below) throws IOException {
            if (next >= below) {
                proof.take(over(from, below));
            } else if (below - from == 1) {
                advance();
            } else {
                long middle = from + split(below - from);
                write(from, middle);
                write(middle, below);
            }
        }

        private void advance() {
            long before = next;
            next = indices.hasNext() ? indices.nextLong() : Long.MAX_VALUE;
            require(next > before, "leaf " + next + " behind leaf " + before);
            require(next < size || next == Long.MAX_VALUE, "a tree of " + size + " leaves has no leaf " + next);
        }
    }

    /** The largest power of two below a number of leaves. */
    static long split(long leaves) {
        return Long.highestOneBit(leaves - 1);
    }

    private Hash over(long from, long below) {
        long leaves = below - from;
        if (Long.bitCount(leaves) == 1) {
            return subtree(Long.numberOfTrailingZeros(leaves), from);
        }
        long middle = from + split(leaves);
        return hasher.node(over(from, middle), over(middle, below));
    }

    /** The root of the full subtree of a height that begins at a leaf. */
    private Hash subtree(int height, long from) {
        int level = height / Tile.HEIGHT;
        int count = 1 << (height % Tile.HEIGHT);
        long first = from >>> (level * Tile.HEIGHT);
        Tile tile = Tile.in(size, level, first / Tile.FULL)
                .orElseThrow(() -> new IllegalStateException("a subtree beyond leaf " + size));
        byte[] hashes = read.computeIfAbsent(tile, this::read);
        byte[] part = new byte[count * Hash.BYTES];
        System.arraycopy(hashes, (int) (first % Tile.FULL) * Hash.BYTES, part, 0, part.length);
        return hasher.rootOver(part, count);
    }

    private byte[] read(Tile tile) {
        byte[] hashes = tiles.hashes(tile);
        if (hashes.length < tile.width() * Hash.BYTES) {
            throw new TreeDamaged("tile " + tile.path() + " has only " + hashes.length + " bytes");
        }
        return hashes;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
