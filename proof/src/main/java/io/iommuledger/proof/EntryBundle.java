package io.iommuledger.proof;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Up to 256 leaves as tlog-tiles bundles them: each with its length before it, two bytes, big-endian. */
public final class EntryBundle {
    /** The longest leaf that there can be in one. */
    public static final int MOST_BYTES = 0xffff;

    private EntryBundle() {}

    /** @throws IllegalArgumentException if a leaf is too long */
    public static byte[] of(List<byte[]> leaves) {
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (byte[] leaf : leaves) {
            if (leaf.length > MOST_BYTES) {
                throw new IllegalArgumentException("a leaf of " + leaf.length + " bytes does not fit into a bundle");
            }
            bundle.write(leaf.length >>> 8);
            bundle.write(leaf.length);
            bundle.writeBytes(leaf);
        }
        return bundle.toByteArray();
    }

    /** @throws IllegalArgumentException if the bytes are no bundle */
    public static List<byte[]> leaves(byte[] bundle) {
        List<byte[]> leaves = new ArrayList<>();
        int at = 0;
        while (at < bundle.length) {
            int length = at + 1 < bundle.length
                    ? Byte.toUnsignedInt(bundle[at]) * 256 + Byte.toUnsignedInt(bundle[at + 1])
                    : MOST_BYTES;
            at += 2;
            if (at + length > bundle.length) {
                throw new IllegalArgumentException("a bundle of " + bundle.length + " bytes ends in a leaf");
            }
            leaves.add(Arrays.copyOfRange(bundle, at, at + length));
            at += length;
        }
        return leaves;
    }
}
