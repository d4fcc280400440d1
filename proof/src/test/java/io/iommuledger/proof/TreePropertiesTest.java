package io.iommuledger.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Trees of up to some thousand leaves, over three levels of tiles, against the definition. */
class TreePropertiesTest {
    private static final int MOST = 3_000;

    /** A tree that two levels of full tiles do not hold. */
    private static final int LARGE = 66_000;

    /** As they are kept: the widest of each place. */
    private static final class Kept implements TileSource {
        private final Map<String, byte[]> tiles = new HashMap<>();

        void take(GrowingTree tree) {
            tree.takeChanged().forEach(each -> tiles.put(place(each.tile()), each.hashes()));
        }

        @Override
        public byte[] hashes(Tile tile) {
            byte[] hashes = tiles.get(place(tile));
            if (hashes == null) {
                throw new TreeDamaged("tile " + tile.path() + " is not there");
            }
            return hashes;
        }

        private static String place(Tile tile) {
            return tile.level() + "/" + tile.index();
        }
    }

    @Property(tries = 150)
    void aTreeThatGrowsAndIsResumedIsThatOfTheDefinition(@ForAll @IntRange(max = MOST) int size, @ForAll long seed) {
        List<byte[]> leaves = TreeOfDefinition.leaves(size);
        Random random = new Random(seed);
        Kept kept = new Kept();
        GrowingTree tree = new GrowingTree();
        for (int at = 0; at < size; ) {
            int below = Math.min(size, at + 1 + random.nextInt(700));
            leaves.subList(at, below).forEach(tree::append);
            at = below;
            kept.take(tree);
            if (random.nextBoolean()) {
                tree = GrowingTree.resume(at, kept);
            }
        }
        assertThat(tree.size()).isEqualTo(size);
        assertThat(tree.root()).isEqualTo(TreeOfDefinition.root(leaves));
        assertThat(new Proofs(size, kept).root()).isEqualTo(tree.root());
        int before = random.nextInt(size + 1);
        assertThat(new Proofs(size, kept).root(before)).isEqualTo(TreeOfDefinition.root(leaves.subList(0, before)));
    }

    @Property(tries = 150)
    void aProofOfSeveralLeavesHoldsOfThemAndOfNoOthers(
            @ForAll @IntRange(min = 1, max = MOST) int size, @ForAll long seed) throws IOException {
        List<byte[]> leaves = TreeOfDefinition.leaves(size);
        Random random = new Random(seed);
        int share = 1 + random.nextInt(20);
        long[] chosen = LongStream.range(0, size)
                .filter(index -> random.nextInt(share) == 0)
                .toArray();
        Proofs proofs = new Proofs(size, kept(leaves));
        List<Hash> proof = new ArrayList<>();
        proofs.subset(Arrays.stream(chosen).iterator(), proof::add);
        byte[] hashes = new byte[chosen.length * Hash.BYTES];
        for (int i = 0; i < chosen.length; i++) {
            byte[] leaf = leaves.get((int) chosen[i]);
            new TreeHasher().leaf(leaf, 0, leaf.length, hashes, i);
        }
        Optional<Hash> root = Optional.of(proofs.root());
        assertThat(subset(size, chosen, hashes, proof)).isEqualTo(root);
        if (chosen.length > 0) {
            byte[] others = hashes.clone();
            others[random.nextInt(others.length)] ^= 1;
            assertThat(subset(size, chosen, others, proof)).isNotEqualTo(root);
        }
        if (!proof.isEmpty()) {
            int at = random.nextInt(proof.size());
            List<Hash> changed = new ArrayList<>(proof);
            changed.set(at, changed(proof.get(at)));
            assertThat(subset(size, chosen, hashes, changed)).isNotEqualTo(root);
            changed.remove(at);
            assertThat(subset(size, chosen, hashes, changed)).isEmpty();
        }
        List<Hash> longer = new ArrayList<>(proof);
        longer.add(proofs.root());
        assertThat(subset(size, chosen, hashes, longer)).isEmpty();
    }

    private static Optional<Hash> subset(long size, long[] indices, byte[] leaves, List<Hash> proof) {
        return Subset.root(size, indices, indices.length, leaves, proof.iterator());
    }

    @Property(tries = 150)
    void proofsHoldAndHoldOfNothingElse(@ForAll @IntRange(min = 1, max = MOST) int size, @ForAll long seed) {
        List<byte[]> leaves = TreeOfDefinition.leaves(size);
        Random random = new Random(seed);
        Proofs proofs = new Proofs(size, kept(leaves));
        Hash root = proofs.root();
        int index = random.nextInt(size);
        Hash leaf = new TreeHasher().leaf(leaves.get(index));
        List<Hash> inclusion = proofs.inclusion(index);
        assertThat(proofs.leaf(index)).isEqualTo(leaf);
        assertThat(Verification.inclusion(index, size, leaf, inclusion, root)).isTrue();
        assertThat(Verification.inclusion(index, size, changed(leaf), inclusion, root))
                .isFalse();
        assertThat(Verification.inclusion(index, size, leaf, inclusion, changed(root)))
                .isFalse();
        altered(inclusion, random)
                .forEach(other -> assertThat(Verification.inclusion(index, size, leaf, other, root))
                        .isFalse());

        int before = random.nextInt(size + 1);
        Hash rootBefore = TreeOfDefinition.root(leaves.subList(0, before));
        List<Hash> consistency = proofs.consistency(before);
        assertThat(Verification.consistency(before, rootBefore, size, root, consistency))
                .isTrue();
        assertThat(Verification.consistency(before, changed(rootBefore), size, root, consistency))
                .isFalse();
        altered(consistency, random)
                .forEach(other -> assertThat(Verification.consistency(before, rootBefore, size, root, other))
                        .isFalse());
        if (before > 0) {
            assertThat(Verification.consistency(before, rootBefore, size, changed(root), consistency))
                    .isFalse();
        }
    }

    @Test
    void aTreeOfThreeLevelsOfTilesProvesWhatIsInIt() {
        List<byte[]> leaves = TreeOfDefinition.leaves(LARGE);
        Kept kept = kept(leaves);
        Proofs proofs = new Proofs(LARGE, kept);
        assertThat(proofs.root()).isEqualTo(TreeOfDefinition.root(leaves));
        assertThat(GrowingTree.resume(LARGE, kept).root()).isEqualTo(proofs.root());
        for (int index : List.of(0, 65_535, 65_536, LARGE - 1)) {
            Hash leaf = new TreeHasher().leaf(leaves.get(index));
            assertThat(Verification.inclusion(index, LARGE, leaf, proofs.inclusion(index), proofs.root()))
                    .isTrue();
        }
    }

    @Test
    void aTreeIsNotResumedFromTilesThatAreNotThere() {
        assertThatExceptionOfType(TreeDamaged.class).isThrownBy(() -> GrowingTree.resume(300, new Kept()));
    }

    private static Kept kept(List<byte[]> leaves) {
        Kept kept = new Kept();
        GrowingTree tree = new GrowingTree();
        leaves.forEach(tree::append);
        kept.take(tree);
        return kept;
    }

    /** One hash changed, one missing, one too many, two swapped. */
    private static List<List<Hash>> altered(List<Hash> proof, Random random) {
        List<List<Hash>> others = new ArrayList<>();
        List<Hash> longer = new ArrayList<>(proof);
        longer.add(random.nextInt(proof.size() + 1), new TreeHasher().leaf(new byte[] {1}));
        others.add(longer);
        if (!proof.isEmpty()) {
            int at = random.nextInt(proof.size());
            List<Hash> other = new ArrayList<>(proof);
            other.set(at, changed(proof.get(at)));
            others.add(other);
            List<Hash> shorter = new ArrayList<>(proof);
            shorter.remove(at);
            others.add(shorter);
        }
        if (proof.size() > 1) {
            List<Hash> swapped = new ArrayList<>(proof);
            Collections.swap(swapped, 0, proof.size() - 1);
            others.add(swapped);
        }
        return others;
    }

    private static Hash changed(Hash hash) {
        byte[] bytes = hash.bytes();
        bytes[7] ^= 1;
        return Hash.of(bytes);
    }
}
