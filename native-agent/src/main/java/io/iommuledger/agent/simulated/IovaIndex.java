package io.iommuledger.agent.simulated;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Mappings by their first address, unsigned, in sorted blocks: finding one reads short arrays of numbers, however many there
 * are, where a tree of objects reads memory all over the place. They do not overlap. Charges of locked memory lie beside them,
 * so that to remove a mapping reads none of them.
 */
final class IovaIndex {
    private static final int BLOCK = 64;

    /** A sorted part; {@code keys} are addresses with the top bit flipped, so that they compare as they are. */
    private static final class Block {
        private final long[] keys = new long[BLOCK];
        private final long[] lasts = new long[BLOCK];
        private final Type1Mapping[] values = new Type1Mapping[BLOCK];
        private final long[] charges = new long[BLOCK];
        private final LockedMemory[] accounts = new LockedMemory[BLOCK];
        private int count;

        private void insert(int at, long key, Type1Mapping value, LockedMemory account, long charge) {
            System.arraycopy(keys, at, keys, at + 1, count - at);
            System.arraycopy(lasts, at, lasts, at + 1, count - at);
            System.arraycopy(values, at, values, at + 1, count - at);
            System.arraycopy(charges, at, charges, at + 1, count - at);
            System.arraycopy(accounts, at, accounts, at + 1, count - at);
            keys[at] = key;
            lasts[at] = value.last();
            values[at] = value;
            charges[at] = charge;
            accounts[at] = account;
            count++;
        }

        private void delete(int at) {
            accounts[at].charge(-charges[at]);
            count--;
            System.arraycopy(keys, at + 1, keys, at, count - at);
            System.arraycopy(lasts, at + 1, lasts, at, count - at);
            System.arraycopy(values, at + 1, values, at, count - at);
            System.arraycopy(charges, at + 1, charges, at, count - at);
            System.arraycopy(accounts, at + 1, accounts, at, count - at);
            Arrays.fill(values, count, count + 1, null);
        }

        private Block split() {
            Block upper = new Block();
            int half = count / 2;
            upper.count = count - half;
            System.arraycopy(keys, half, upper.keys, 0, upper.count);
            System.arraycopy(lasts, half, upper.lasts, 0, upper.count);
            System.arraycopy(values, half, upper.values, 0, upper.count);
            System.arraycopy(charges, half, upper.charges, 0, upper.count);
            System.arraycopy(accounts, half, upper.accounts, 0, upper.count);
            Arrays.fill(values, half, count, null);
            count = half;
            return upper;
        }
    }

    private final List<Block> blocks = new ArrayList<>();
    /** The first key of each block; those beyond the blocks do not count. */
    private long[] firsts = new long[16];

    /** The block that was found last, which is often the next: a map looks for what is in its way, then for its place. */
    private int recent;

    private int size;

    int size() {
        return size;
    }

    /** The mapping that begins at this address or next below it. */
    Optional<Type1Mapping> floor(long iova) {
        long key = iova ^ Long.MIN_VALUE;
        int block = blockOf(key);
        if (block < 0) {
            return Optional.empty();
        }
        Block found = blocks.get(block);
        int at = Arrays.binarySearch(found.keys, 0, found.count, key);
        return Optional.of(found.values[at >= 0 ? at : -at - 2]);
    }

    /** Whether any mapping has an address of the range, both ends inside. */
    boolean overlaps(long first, long last) {
        long key = last ^ Long.MIN_VALUE;
        int index = blockOf(key);
        if (index < 0) {
            return false;
        }
        Block block = blocks.get(index);
        int at = Arrays.binarySearch(block.keys, 0, block.count, key);
        return Long.compareUnsigned(block.lasts[at >= 0 ? at : -at - 2], first) >= 0;
    }

    /** Removes the mapping that is this range, if there is one. */
    boolean removeExact(long first, long last) {
        long key = first ^ Long.MIN_VALUE;
        int index = blockOf(key);
        if (index < 0) {
            return false;
        }
        Block block = blocks.get(index);
        int at = Arrays.binarySearch(block.keys, 0, block.count, key);
        if (at < 0 || block.lasts[at] != last) {
            return false;
        }
        removeAt(index, at);
        return true;
    }

    /** Its first address is not in the index yet. The account gets the charge back when the mapping goes. */
    void add(Type1Mapping mapping, LockedMemory account, long charge) {
        long key = mapping.iova() ^ Long.MIN_VALUE;
        int index = Math.max(0, blockOf(key));
        if (blocks.isEmpty()) {
            blocks.add(new Block());
        }
        Block block = blocks.get(index);
        if (block.count == BLOCK) {
            blocks.add(index + 1, block.split());
            reindex();
            add(mapping, account, charge);
            return;
        }
        int at = -Arrays.binarySearch(block.keys, 0, block.count, key) - 1;
        block.insert(at, key, mapping, account, charge);
        firsts[index] = block.keys[0];
        size++;
    }

    /** Removes what begins within a range, both ends inside. */
    List<Type1Mapping> removeWithin(long first, long last) {
        List<Type1Mapping> removed = new ArrayList<>();
        Optional<Type1Mapping> next = floor(last);
        while (next.isPresent() && Long.compareUnsigned(next.get().iova(), first) >= 0) {
            remove(next.get());
            removed.add(next.get());
            next = floor(last);
        }
        return removed;
    }

    void remove(Type1Mapping mapping) {
        removeExact(mapping.iova(), mapping.last());
    }

    private void removeAt(int index, int at) {
        Block block = blocks.get(index);
        block.delete(at);
        size--;
        if (block.count == 0) {
            blocks.remove(index);
            reindex();
        } else {
            firsts[index] = block.keys[0];
        }
    }

    /** In order of their addresses. */
    List<Type1Mapping> values() {
        List<Type1Mapping> all = new ArrayList<>(size);
        for (Block block : blocks) {
            all.addAll(Arrays.asList(block.values).subList(0, block.count));
        }
        return all;
    }

    /** The last block that begins at the key or below it; -1 if all begin above. */
    private int blockOf(long key) {
        if (recent < blocks.size()
                && firsts[recent] <= key
                && (recent + 1 == blocks.size() || key < firsts[recent + 1])) {
            return recent;
        }
        int found = Arrays.binarySearch(firsts, 0, blocks.size(), key);
        recent = found >= 0 ? found : Math.max(0, -found - 2);
        return found >= 0 ? found : -found - 2;
    }

    private void reindex() {
        if (firsts.length < blocks.size()) {
            firsts = Arrays.copyOf(firsts, 2 * firsts.length);
        }
        for (int i = 0; i < blocks.size(); i++) {
            firsts[i] = blocks.get(i).keys[0];
        }
    }
}
