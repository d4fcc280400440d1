package io.iommuledger.lifecycle.iova;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands at IOVA ranges, in order of their addresses, in sorted blocks: finding something reads short arrays of numbers,
 * however much there is, where a tree of objects reads memory all over the place. Ranges should not overlap; if they do, as
 * before Linux 6.18 at the very top of the address space, a search finds those that begin in the range it asks for and the
 * one next below. For one thread.
 */
public final class IovaMap<V> {
    private static final int BLOCK = 64;
    private static final int FIRST_ROOM = 4;

    /**
     * A sorted part, in {@code [from, to)} of its arrays: what goes at the front or comes at the end moves nothing. Addresses
     * have their top bit flipped, so that unsigned ones compare as they are.
     */
    private static final class Block {
        private long[] starts = new long[FIRST_ROOM];
        private long[] lasts = new long[FIRST_ROOM];
        private Object[] values = new Object[FIRST_ROOM];
        private int from;
        private int to;

        private Block copy() {
            Block copy = new Block();
            copy.starts = starts.clone();
            copy.lasts = lasts.clone();
            copy.values = values.clone();
            copy.from = from;
            copy.to = to;
            return copy;
        }

        private boolean full() {
            return to - from == BLOCK;
        }

        private boolean empty() {
            return to == from;
        }

        /** Index of the first entry that does not begin below the address; {@code to} if all do. */
        private int notBelow(long start) {
            if (empty() || starts[from] >= start) {
                return from;
            }
            int low = from + 1;
            int high = to;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (starts[middle] < start) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** Not while it is full. */
        private void insert(int before, long start, long last, Object value) {
            int at = before;
            if (to == starts.length) {
                at -= from;
                makeRoom();
            }
            move(at, at + 1, to - at);
            starts[at] = start;
            lasts[at] = last;
            values[at] = value;
            to++;
        }

        private void makeRoom() {
            int room = from > 0 ? starts.length : Math.min(BLOCK, 2 * to);
            starts = Arrays.copyOfRange(starts, from, from + room);
            lasts = Arrays.copyOfRange(lasts, from, from + room);
            values = Arrays.copyOfRange(values, from, from + room);
            to -= from;
            from = 0;
        }

        private void delete(int at) {
            if (at - from < to - at) {
                move(from, from + 1, at - from);
                Arrays.fill(values, from, from + 1, null);
                from++;
            } else {
                move(at + 1, at, to - at - 1);
                to--;
                Arrays.fill(values, to, to + 1, null);
            }
        }

        private void move(int source, int target, int count) {
            System.arraycopy(starts, source, starts, target, count);
            System.arraycopy(lasts, source, lasts, target, count);
            System.arraycopy(values, source, values, target, count);
        }

        /** Takes the upper half of a full one out. */
        private Block split() {
            Block upper = new Block();
            int middle = (from + to) >>> 1;
            upper.starts = Arrays.copyOfRange(starts, middle, middle + BLOCK);
            upper.lasts = Arrays.copyOfRange(lasts, middle, middle + BLOCK);
            upper.values = Arrays.copyOfRange(values, middle, middle + BLOCK);
            upper.to = to - middle;
            Arrays.fill(values, middle, to, null);
            to = middle;
            return upper;
        }
    }

    private Block[] blocks = {new Block()};
    /** The first address of each block; those beyond the blocks do not count. */
    private long[] firsts = new long[1];

    /** Blocks in use. Only a map with nothing in it has an empty one. */
    private int used = 1;

    private int size;

    public int size() {
        return size;
    }

    /** Another map with the same values, which goes its own way. */
    public IovaMap<V> copy() {
        IovaMap<V> copy = new IovaMap<>();
        copy.blocks = blocks.clone();
        for (int i = 0; i < used; i++) {
            copy.blocks[i] = blocks[i].copy();
        }
        copy.firsts = firsts.clone();
        copy.used = used;
        copy.size = size;
        return copy;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Files the value behind all that begin at the same address. */
    public void add(IovaRange range, V value) {
        long start = flipped(range.start());
        boolean above = above(start);
        int index = above ? used - 1 : lastNotAbove(start);
        if (blocks[index].full()) {
            insertBlock(index + 1, above ? new Block() : blocks[index].split());
            index = above ? index + 1 : lastNotAbove(start);
        }
        Block block = blocks[index];
        int at = above || start == Long.MAX_VALUE ? block.to : block.notBelow(start + 1);
        block.insert(at, start, flipped(range.last()), value);
        firsts[index] = block.starts[block.from];
        size++;
    }

    /** Whether nothing begins above the address. Addresses are often given in ascending order. */
    private boolean above(long start) {
        Block last = blocks[used - 1];
        return last.empty() || last.starts[last.to - 1] <= start;
    }

    /** Puts another value in the place of this one. */
    public void replace(IovaRange range, V value, V now) {
        long found = find(range, value);
        blocks[(int) (found >>> 32)].values[(int) found] = now;
    }

    /** Takes this value out. */
    public void remove(IovaRange range, V value) {
        long found = find(range, value);
        int index = (int) (found >>> 32);
        Block block = blocks[index];
        block.delete((int) found);
        size--;
        if (!block.empty()) {
            firsts[index] = block.starts[block.from];
        } else if (used > 1) {
            used--;
            System.arraycopy(blocks, index + 1, blocks, index, used - index);
            System.arraycopy(firsts, index + 1, firsts, index, used - index);
        }
    }

    /** What touches the range, in order of the addresses. */
    public List<V> touching(IovaRange range) {
        long start = flipped(range.start());
        long last = flipped(range.last());
        if (beyond(start)) {
            return List.of();
        }
        int index = Math.max(0, lastBelow(start));
        Block block = blocks[index];
        int at = block.notBelow(start);
        if (at > block.from && block.lasts[at - 1] >= start) {
            at--;
        }
        List<V> found = new ArrayList<>(2);
        while (true) {
            for (; at < block.to && block.starts[at] <= last; at++) {
                found.add(value(block, at));
            }
            if (at < block.to || ++index == used) {
                return found;
            }
            block = blocks[index];
            at = block.from;
        }
    }

    /** Whether what begins last ends below the address. */
    private boolean beyond(long start) {
        Block last = blocks[used - 1];
        return last.empty() || (last.starts[last.to - 1] < start && last.lasts[last.to - 1] < start);
    }

    /** Everything, in order of the addresses. */
    public List<V> values() {
        List<V> all = new ArrayList<>(size);
        for (int index = 0; index < used; index++) {
            for (int at = blocks[index].from; at < blocks[index].to; at++) {
                all.add(value(blocks[index], at));
            }
        }
        return all;
    }

    /** Block in the upper half, place in the lower. */
    private long find(IovaRange range, V value) {
        long start = flipped(range.start());
        int index = Math.max(0, lastBelow(start));
        int at = blocks[index].notBelow(start);
        for (; index < used; index++) {
            Block block = blocks[index];
            for (at = Math.max(at, block.from); at < block.to && block.starts[at] == start; at++) {
                if (block.values[at].equals(value)) {
                    return (long) index << 32 | at;
                }
            }
            if (at < block.to) {
                break;
            }
            at = 0;
        }
        throw new IllegalStateException("not at its place: range=" + range + ", value=" + value);
    }

    private void insertBlock(int index, Block block) {
        if (used == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * used);
            firsts = Arrays.copyOf(firsts, 2 * used);
        }
        System.arraycopy(blocks, index, blocks, index + 1, used - index);
        System.arraycopy(firsts, index, firsts, index + 1, used - index);
        blocks[index] = block;
        firsts[index] = block.starts[block.from];
        used++;
    }

    /** The last block that begins below the address; -1 if none does. */
    private int lastBelow(long start) {
        int low = 0;
        int high = used;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (firsts[middle] < start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The last block that begins at the address or below it; the first if all begin above. */
    private int lastNotAbove(long start) {
        return start == Long.MAX_VALUE ? used - 1 : Math.max(0, lastBelow(start + 1));
    }

    @SuppressWarnings("unchecked")
    private V value(Block block, int at) {
        return (V) block.values[at];
    }

    private static long flipped(long address) {
        return address ^ Long.MIN_VALUE;
    }
}
