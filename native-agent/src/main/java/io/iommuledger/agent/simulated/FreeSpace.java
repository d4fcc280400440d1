package io.iommuledger.agent.simulated;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The unused parts of an address space, first fit from the top, as Linux places {@code mmap} on x86-64. */
final class FreeSpace {

    /** Start of each gap, with its end (outside). */
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    FreeSpace(long start, long end) {
        gaps.put(start, end);
    }

    /** Takes the highest room of this size, or nothing if there is none; the alignment is a power of two. */
    OptionalLong take(long size, long alignment) {
        for (Map.Entry<Long, Long> gap : gaps.descendingMap().entrySet()) {
            long start = (gap.getValue() - size) & -alignment;
            if (size <= gap.getValue() - gap.getKey() && start >= gap.getKey()) {
                cut(gap.getKey(), gap.getValue(), start, start + size);
                return OptionalLong.of(start);
            }
        }
        return OptionalLong.empty();
    }

    private void cut(long gapStart, long gapEnd, long start, long end) {
        gaps.remove(gapStart);
        if (gapStart < start) {
            gaps.put(gapStart, start);
        }
        if (end < gapEnd) {
            gaps.put(end, gapEnd);
        }
    }

    void give(long start, long end) {
        Map.Entry<Long, Long> below = gaps.floorEntry(start);
        long from = below != null && below.getValue() == start ? below.getKey() : start;
        Long above = gaps.remove(end);
        gaps.put(from, above == null ? end : above);
    }
}
