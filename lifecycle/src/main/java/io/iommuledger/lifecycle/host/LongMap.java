package io.iommuledger.lifecycle.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Values by the numbers that an agent gives, without an object for each number: the fold looks one up for nearly every
 * fact. Open addressing with linear probing; numbers that follow each other stand beside each other, for they come
 * together. For one thread.
 */
final class LongMap<V> {
    private static final int FIRST_ROOM = 16;
    /** As many numbers as share a line of the processor's cache. */
    private static final int NEIGHBOURS = 8;
    /** 2^64 divided by the golden ratio spreads consecutive numbers evenly. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private long[] keys = new long[FIRST_ROOM];
    private @Nullable Object[] values = new Object[FIRST_ROOM];
    private int size;

    int size() {
        return size;
    }

    /** @param each what stands in the copy for a value */
    LongMap<V> copy(UnaryOperator<V> each) {
        LongMap<V> copy = new LongMap<>();
        copy.keys = keys.clone();
        copy.values = values.clone();
        copy.size = size;
        for (int at = 0; at < keys.length; at++) {
            V value = value(at);
            if (value != null) {
                copy.values[at] = each.apply(value);
            }
        }
        return copy;
    }

    /** In their order. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int next = 0;
        for (int at = 0; at < keys.length; at++) {
            if (values[at] != null) {
                sorted[next++] = keys[at];
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    @Nullable
    V get(long key) {
        return value(place(key));
    }

    /** @return the value that stood there */
    @Nullable
    V put(long key, V value) {
        int at = place(key);
        V before = value(at);
        keys[at] = key;
        values[at] = value;
        if (before == null && 3 * ++size > 2 * keys.length) {
            grow();
        }
        return before;
    }

    /** @return the value that stood there */
    @Nullable
    V remove(long key) {
        int at = place(key);
        V before = value(at);
        if (before == null) {
            return null;
        }
        size--;
        values[at] = null;
        int mask = keys.length - 1;
        for (int next = (at + 1) & mask; values[next] != null; next = (next + 1) & mask) {
            int home = home(keys[next]);
            boolean reachable = at <= next ? at < home && home <= next : (at < home || home <= next);
            if (!reachable) {
                keys[at] = keys[next];
                values[at] = values[next];
                values[next] = null;
                at = next;
            }
        }
        return before;
    }

    /** In the order of their numbers. */
    List<V> inOrder() {
        List<V> all = new ArrayList<>(size);
        for (long key : sortedKeys()) {
            V value = get(key);
            if (value != null) {
                all.add(value);
            }
        }
        return all;
    }

    /** In no order that means anything. */
    List<V> values() {
        List<V> all = new ArrayList<>(size);
        for (int at = 0; at < keys.length; at++) {
            V value = value(at);
            if (value != null) {
                all.add(value);
            }
        }
        return all;
    }

    /** Where the key stands or would stand. */
    private int place(long key) {
        int mask = keys.length - 1;
        int at = home(key);
        while (values[at] != null && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private int home(long key) {
        int group = (int) (((key / NEIGHBOURS) * SPREAD) >>> Long.numberOfLeadingZeros(keys.length - 1));
        return (group & -NEIGHBOURS) | ((int) key & (NEIGHBOURS - 1));
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new Object[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = place(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable V value(int at) {
        return (V) values[at];
    }
}
