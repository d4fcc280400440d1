package io.iommuledger.proof;

import java.util.Iterator;
import java.util.Optional;

/**
 * The root that leaves and a proof of them lead to, as {@link Proofs#subset} makes it. Leaves and hashes are taken from the
 * left to the right: a subtree that has none of the leaves has its root in the proof, any other is made of its halves, as RFC
 * 9162, section 2.1.1, divides a tree.
 */
public final class Subset {
    private final TreeHasher hasher = new TreeHasher();
    private final long[] indices;
    private final int count;
    private final byte[] leaves;
    private final Iterator<Hash> proof;
    private int taken;
    private boolean lacking;

    private Subset(long[] indices, int count, byte[] leaves, Iterator<Hash> proof) {
        this.indices = indices;
        this.count = count;
        this.leaves = leaves;
        this.proof = proof;
    }

    /**
     * The root of a tree of a size in which leaves have these places.
     *
     * @param indices of the leaves, each above the one before and below the size; no more than {@code count} are looked at
     * @param leaves  their hashes, behind each other
     * @return empty if the proof has too few hashes or too many
     */
    public static Optional<Hash> root(long size, long[] indices, int count, byte[] leaves, Iterator<Hash> proof) {
        for (int i = 0; i < count; i++) {
            if (indices[i] < 0 || indices[i] >= size || (i > 0 && indices[i] <= indices[i - 1])) {
                throw new IllegalArgumentException("leaf " + indices[i] + " in a tree of " + size + " leaves, behind "
                        + (i == 0 ? "none" : "leaf " + indices[i - 1]));
            }
        }
        Subset subset = new Subset(indices, count, leaves, proof);
        Hash root = size == 0 ? subset.hasher.empty() : subset.over(0, size);
        return subset.lacking || proof.hasNext() ? Optional.empty() : Optional.of(root);
    }

    private Hash over(long from, long below) {
        if (taken == count || indices[taken] >= below) {
            return given();
        }
        if (below - from == 1) {
            taken++;
            return Hash.at(leaves, taken - 1);
        }
        long middle = from + Proofs.split(below - from);
        Hash left = over(from, middle);
        return hasher.node(left, over(middle, below));
    }

    private Hash given() {
        if (proof.hasNext()) {
            return proof.next();
        }
        lacking = true;
        return hasher.empty();
    }
}
