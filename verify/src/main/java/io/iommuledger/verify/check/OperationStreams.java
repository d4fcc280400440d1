package io.iommuledger.verify.check;

import java.util.UUID;

/**
 * The next sequence of each operation's stream. There may be millions of them: 20 bytes each, in a table that is at most
 * two thirds full.
 */
final class OperationStreams {
    private long[] ids = new long[2 << 10];
    private int[] next = new int[1 << 10];
    private int count;

    /** Takes a sequence in, whatever it is. @return the one that was to come */
    int take(UUID id, long sequence) {
        if (3L * (count + 1) > 2L * next.length) {
            grow();
        }
        int slot = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
        int wanted = next[slot];
        if (wanted == 0) {
            ids[2 * slot] = id.getMostSignificantBits();
            ids[2 * slot + 1] = id.getLeastSignificantBits();
            count++;
        }
        next[slot] = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.max(wanted, sequence + 1)));
        return wanted;
    }

    int count() {
        return count;
    }

    private int slot(long high, long low) {
        long mixed = (high ^ low) * 0x9E37_79B9_7F4A_7C15L;
        int slot = (int) (mixed >>> Integer.SIZE) & next.length - 1;
        while (next[slot] != 0 && (ids[2 * slot] != high || ids[2 * slot + 1] != low)) {
            slot = slot + 1 & next.length - 1;
        }
        return slot;
    }

    private void grow() {
        long[] beforeIds = ids;
        int[] before = next;
        ids = new long[2 * beforeIds.length];
        next = new int[2 * before.length];
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0) {
                int slot = slot(beforeIds[2 * i], beforeIds[2 * i + 1]);
                ids[2 * slot] = beforeIds[2 * i];
                ids[2 * slot + 1] = beforeIds[2 * i + 1];
                next[slot] = before[i];
            }
        }
    }
}
