package io.iommuledger.verify.source;

import io.iommuledger.proof.Tile;
import io.iommuledger.protocol.StoredSignature;
import java.util.Arrays;
import java.util.List;

/**
 * Records that stand behind each other in a source, each as it is encoded, whose positions, by what they say, lie within
 * one stretch of {@link #POSITIONS}. Those of a tile of the tree are not divided.
 *
 * @param bytes      of all of them
 * @param ends       where each ends, exclusive
 * @param signatures of batches whose last fact is among them, or of none that is there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Block(byte[] bytes, int[] ends, List<StoredSignature> signatures) {
    /** How many positions a block covers at most: 1 to so many, and so on. */
    public static final int POSITIONS = 4096;

    private static final long MANY_BYTES = 4L << 20;

    public static Block of(List<byte[]> records, List<StoredSignature> signatures) {
        int[] ends = new int[records.size()];
        int length = 0;
        for (int i = 0; i < ends.length; i++) {
            length += records.get(i).length;
            ends[i] = length;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < ends.length; i++) {
            byte[] record = records.get(i);
            System.arraycopy(record, 0, bytes, ends[i] - record.length, record.length);
        }
        return new Block(bytes, ends, signatures);
    }

    /** Which stretch a position lies in. */
    static long number(long position) {
        return Math.floorDiv(position - 1, POSITIONS);
    }

    /** Whether records of many bytes are enough for a block: the next one is at a position that begins a tile. */
    static boolean enough(long bytes, long nextPosition) {
        return bytes > MANY_BYTES && (nextPosition - 1) % Tile.FULL == 0;
    }

    public int records() {
        return ends.length;
    }

    public int start(int record) {
        return record == 0 ? 0 : ends[record - 1];
    }

    public byte[] record(int index) {
        return Arrays.copyOfRange(bytes, start(index), ends[index]);
    }
}
