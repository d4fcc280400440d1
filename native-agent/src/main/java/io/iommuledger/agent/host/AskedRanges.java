package io.iommuledger.agent.host;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.util.List;

/** The ranges that the kernel is asked for, neighbours made one if that is wanted, and what the request calls them. */
final class AskedRanges {
    private final List<MapRange> requested;
    private final List<MapRange> asked;

    AskedRanges(Instruction.Map map) {
        this.requested = map.ranges();
        this.asked = map.merge() ? Merging.merged(requested) : requested;
    }

    List<MapRange> all() {
        return asked;
    }

    MapRange get(int index) {
        return asked.get(index);
    }

    IovaRange iova(int index) {
        return asked.get(index).iova();
    }

    /** What a request of several leaves that is refused, for it is carried out whole or not at all; empty for a single one. */
    String nothingStands() {
        return requested.size() == 1
                ? ""
                : "nothing of the request, whose " + requested.size() + " ranges are mapped all or not at all";
    }

    /** By its place in the request, counted from 0 as in {@code ranges[0]}, and its address. */
    String name(int index) {
        if (requested.size() == 1) {
            return "range " + iova(index);
        }
        int first = 0;
        for (int i = 0; i < index; i++) {
            first = lastOf(i, first) + 1;
        }
        int last = lastOf(index, first);
        return first == last
                ? "ranges[" + first + "] at " + iova(index)
                : "ranges[" + first + "] to ranges[" + last + "], merged to one at " + iova(index);
    }

    /** Neighbours that were made one stand one behind the other in the request, and the last of them ends it. */
    private int lastOf(int index, int first) {
        int last = first;
        while (requested.get(last).iova().last() != iova(index).last()) {
            last++;
        }
        return last;
    }
}
