package io.iommuledger.proof;

import java.util.List;

/** Whether proofs hold, by RFC 9162, sections 2.1.3.2 and 2.1.4.2. */
public final class Verification {

    private Verification() {}

    /** Whether a leaf with a hash is in the tree of a size and root. */
    public static boolean inclusion(long index, long size, Hash leaf, List<Hash> proof, Hash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        TreeHasher hasher = new TreeHasher();
        long node = index;
        long last = size - 1;
        Hash hash = leaf;
        for (Hash each : proof) {
            if (last == 0) {
                return false;
            }
            if (odd(node) || node == last) {
                hash = hasher.node(each, hash);
                while (!odd(node) && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = hasher.node(hash, each);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /**
     * Whether the tree of the first size and root is the beginning of that of the second. Of the empty tree, that has one
     * root, every tree is a continuation, without proof.
     */
    public static boolean consistency(long before, Hash rootBefore, long size, Hash root, List<Hash> proof) {
        if (before < 0 || before > size) {
            return false;
        }
        if (before == 0) {
            return proof.isEmpty() && rootBefore.equals(new TreeHasher().empty());
        }
        if (before == size) {
            return proof.isEmpty() && rootBefore.equals(root);
        }
        return !proof.isEmpty() && continues(before, rootBefore, size, root, proof);
    }

    private static boolean continues(long before, Hash rootBefore, long size, Hash root, List<Hash> proof) {
        TreeHasher hasher = new TreeHasher();
        long node = before - 1;
        long last = size - 1;
        while (odd(node)) {
            node >>>= 1;
            last >>>= 1;
        }
        // A first tree that is full is itself the first node, and the proof leaves it out.
        boolean full = Long.bitCount(before) == 1;
        Hash first = full ? rootBefore : proof.getFirst();
        Hash second = first;
        for (Hash each : full ? proof : proof.subList(1, proof.size())) {
            if (last == 0) {
                return false;
            }
            if (odd(node) || node == last) {
                first = hasher.node(each, first);
                second = hasher.node(each, second);
                while (!odd(node) && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                second = hasher.node(second, each);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && first.equals(rootBefore) && second.equals(root);
    }

    private static boolean odd(long number) {
        return (number & 1) == 1;
    }
}
