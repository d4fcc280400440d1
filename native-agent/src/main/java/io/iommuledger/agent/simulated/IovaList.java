package io.iommuledger.agent.simulated;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a container may map: what the IOMMU of every group in it translates. A group that would take away what is mapped
 * is refused ({@code vfio_iommu_aper_conflict}, {@code vfio_iommu_resv_conflict}), and one that leaves gives back what it
 * alone kept out.
 */
final class IovaList {

    /** Whether a search of the container's mappings finds one with an address of this range, both ends inside. */
    interface Mapped {
        boolean within(long first, long last);
    }

    private final Map<Integer, IovaSpace> groups = new HashMap<>();
    private List<IovaRange> ranges = List.of();

    List<IovaRange> ranges() {
        return ranges;
    }

    /** Wholly inside one range. */
    boolean holds(long first, long last) {
        for (IovaRange range : ranges) {
            if (range.contains(first) && Long.compareUnsigned(last, range.last()) <= 0) {
                return true;
            }
        }
        return false;
    }

    /** @return false if the group cannot be in the container, which then stays as it was */
    boolean join(int group, IovaSpace space, Mapped mapped) {
        if (apertureConflicts(space.aperture(), mapped) || reservedConflicts(space, mapped)) {
            return false;
        }
        List<IovaRange> left = space.within(groups.isEmpty() ? List.of(IovaRange.ALL) : ranges);
        if (left.isEmpty()) {
            return false;
        }
        groups.put(group, space);
        ranges = left;
        return true;
    }

    private boolean apertureConflicts(IovaRange aperture, Mapped mapped) {
        if (ranges.isEmpty()) {
            return false;
        }
        long first = ranges.getFirst().start();
        long last = ranges.getLast().last();
        if (!aperture.overlaps(new IovaRange(first, last))) {
            return true;
        }
        boolean below = Long.compareUnsigned(aperture.start(), first) > 0 && mapped.within(first, aperture.start() - 1);
        boolean beyond = Long.compareUnsigned(aperture.last(), last) < 0 && mapped.within(aperture.last() + 1, last);
        return below || beyond;
    }

    private static boolean reservedConflicts(IovaSpace space, Mapped mapped) {
        return space.reserved().stream()
                .filter(ReservedRegion::excludes)
                .map(ReservedRegion::range)
                .anyMatch(range -> mapped.within(range.start(), range.last()));
    }

    void leave(int group) {
        groups.remove(group);
        List<IovaRange> left = groups.isEmpty() ? List.of() : List.of(IovaRange.ALL);
        for (IovaSpace space : groups.values()) {
            left = space.within(left);
        }
        ranges = left;
    }
}
