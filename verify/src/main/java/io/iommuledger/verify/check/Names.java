package io.iommuledger.verify.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The few texts that a block repeats, each made once and numbered from 0. */
final class Names {
    private static final int SHIFT = 31;

    private final List<byte[]> written = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private int[] slots = new int[64];

    /** Of the one asked for last, by its length: the records of a stream stand together, and so do their few types. */
    private final int[] last = new int[64];

    /** The number of the text that a part of an array is. */
    int number(byte[] bytes, int offset, int length) {
        int before = last[length & last.length - 1];
        if (before != 0 && is(before - 1, bytes, offset, length)) {
            return before - 1;
        }
        int number = find(bytes, offset, length);
        last[length & last.length - 1] = number + 1;
        return number;
    }

    private boolean is(int number, byte[] bytes, int offset, int length) {
        byte[] known = written.get(number);
        return Arrays.equals(known, 0, known.length, bytes, offset, offset + length);
    }

    private int find(byte[] bytes, int offset, int length) {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = SHIFT * hash + bytes[i];
        }
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            if (is(slots[slot] - 1, bytes, offset, length)) {
                return slots[slot] - 1;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return added(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    private int added(byte[] name) {
        written.add(name);
        texts.add(new String(name, StandardCharsets.UTF_8));
        if (2 * written.size() > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < written.size(); i++) {
                place(i);
            }
        } else {
            place(written.size() - 1);
        }
        return written.size() - 1;
    }

    private void place(int number) {
        int slot = Arrays.hashCode(written.get(number)) & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = number + 1;
    }

    String text(int number) {
        return texts.get(number);
    }

    List<String> all() {
        return texts;
    }
}
