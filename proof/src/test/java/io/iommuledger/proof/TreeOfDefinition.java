package io.iommuledger.proof;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** The tree's hash by the words of RFC 6962, section 2.1: no state, no tiles. */
final class TreeOfDefinition {

    private TreeOfDefinition() {}

    static Hash root(List<byte[]> leaves) {
        TreeHasher hasher = new TreeHasher();
        if (leaves.isEmpty()) {
            return hasher.empty();
        }
        if (leaves.size() == 1) {
            return hasher.leaf(leaves.getFirst());
        }
        int split = 1;
        while (split * 2 < leaves.size()) {
            split *= 2;
        }
        return hasher.node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }

    static List<byte[]> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ("leaf " + i).getBytes(StandardCharsets.US_ASCII))
                .toList();
    }
}
