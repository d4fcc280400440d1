package io.iommuledger.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The hashing and the checks of proofs against what others have published. */
class PublishedVectorsTest {
    private static final int PROBES = 98;

    /** Holds for two equal roots, which there are the words "don't care 2" and here must be hashes. */
    private static final String OF_NO_HASHES = "additional/sizes-are-equal-one-and-proof-is-empty";

    /** The leaves, and the roots over the first 0 to 8 of them, that Certificate Transparency's own tests use. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void leavesAndNodesAreHashedAsInRfc6962() {
        TreeHasher hasher = new TreeHasher();
        assertThat(hasher.leaf("L123456".getBytes(StandardCharsets.US_ASCII)))
                .hasToString("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
        assertThat(hasher.leaf("hello world".getBytes(StandardCharsets.US_ASCII))
                        .toBase64())
                .isEqualTo("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=");
    }

    @Test
    void treesOfUpToEightLeavesHaveThePublishedRoots() {
        GrowingTree tree = new GrowingTree();
        assertThat(tree.root()).hasToString(ROOTS.getFirst());
        for (int i = 0; i < LEAVES.size(); i++) {
            tree.append(HexFormat.of().parseHex(LEAVES.get(i)));
            assertThat(tree.root()).hasToString(ROOTS.get(i + 1));
        }
    }

    @Test
    void inclusionIsCheckedAsPublished() throws IOException {
        assertThat(probes(
                        "inclusion",
                        probe -> Verification.inclusion(
                                number(probe[2]),
                                number(probe[3]),
                                Hash.ofBase64(probe[5]),
                                proof(probe[6]),
                                Hash.ofBase64(probe[4]))))
                .isEqualTo(PROBES);
    }

    /** But for the empty tree: that every other continues it is known without a proof, and the probes call it an error. */
    @Test
    void consistencyIsCheckedAsPublished() throws IOException {
        assertThat(probes(
                        "consistency",
                        probe -> !probe[2].equals("0")
                                && Verification.consistency(
                                        number(probe[2]),
                                        Hash.ofBase64(probe[4]),
                                        number(probe[3]),
                                        Hash.ofBase64(probe[5]),
                                        proof(probe[6]))))
                .isEqualTo(PROBES);
    }

    private static int probes(String file, Predicate<String[]> holds) throws IOException {
        int count = 0;
        for (String line : lines(file)) {
            String[] probe = line.split("\t", -1);
            assertThat(orMalformed(holds, probe))
                    .as(probe[0])
                    .isEqualTo(probe[1].equals("holds") && !probe[0].equals(OF_NO_HASHES));
            count++;
        }
        return count;
    }

    private static boolean orMalformed(Predicate<String[]> holds, String[] probe) {
        try {
            return holds.test(probe);
        } catch (IllegalArgumentException noHash) {
            return false;
        }
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream in = PublishedVectorsTest.class.getResourceAsStream("/vectors/" + file + ".tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    /** As the probes write numbers below zero. */
    private static long number(String digits) {
        return Long.parseUnsignedLong(digits);
    }

    private static List<Hash> proof(String hashes) {
        return hashes.equals("null")
                ? List.of()
                : Arrays.stream(hashes.split(",", -1)).map(Hash::ofBase64).toList();
    }
}
