package io.iommuledger.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Leaves that were hashed by others, tile by tile, make the same tree. */
class HashedElsewhereTest {
    private final TreeHasher hasher = new TreeHasher();

    @Property(tries = 100)
    void theRootIsThatOfTheDefinition(@ForAll @IntRange(max = 3_000) int size) {
        List<byte[]> leaves = TreeOfDefinition.leaves(size);
        GrowingTree tree = new GrowingTree();
        for (int at = 0; at < size; at += Tile.FULL) {
            int width = Math.min(Tile.FULL, size - at);
            byte[] hashes = hashes(leaves.subList(at, at + width));
            if (width == Tile.FULL) {
                tree.appendTile(hasher.rootOver(hashes, width));
            } else {
                for (int i = 0; i < width; i++) {
                    tree.appendHash(hashes, i);
                }
            }
        }
        assertThat(tree.size()).isEqualTo(size);
        assertThat(tree.root()).isEqualTo(TreeOfDefinition.root(leaves));
    }

    @Test
    void aTileBeginsWhereTheOneBeforeItEnds() {
        GrowingTree tree = new GrowingTree();
        tree.append(new byte[] {1});
        assertThatIllegalStateException().isThrownBy(() -> tree.appendTile(hasher.empty()));
    }

    private byte[] hashes(List<byte[]> leaves) {
        byte[] hashes = new byte[leaves.size() * Hash.BYTES];
        for (int i = 0; i < leaves.size(); i++) {
            byte[] leaf = leaves.get(i);
            byte[] within = new byte[leaf.length + 2];
            System.arraycopy(leaf, 0, within, 1, leaf.length);
            hasher.leaf(within, 1, leaf.length, hashes, i);
        }
        return hashes;
    }
}
