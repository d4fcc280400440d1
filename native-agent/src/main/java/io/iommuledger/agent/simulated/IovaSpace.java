package io.iommuledger.agent.simulated;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What the IOMMU of one group translates.
 *
 * @param aperture the addresses that its page table reaches
 * @param reserved what it keeps out of it
 */
public record IovaSpace(IovaRange aperture, List<ReservedRegion> reserved) {

    /** An aperture of 39 bits with the hole of x86's interrupt addresses. */
    public static final IovaSpace X86_39_BITS = new IovaSpace(
            new IovaRange(0, 0x7f_ffff_ffffL),
            List.of(new ReservedRegion(new IovaRange(0xfee0_0000L, 0xfeef_ffffL), ReservedRegion.Kind.MSI)));

    public IovaSpace {
        reserved = List.copyOf(reserved);
    }

    /** What is left of these ranges, which are in order, for a container that this group joins. */
    List<IovaRange> within(List<IovaRange> ranges) {
        List<IovaRange> left = new ArrayList<>();
        for (IovaRange range : ranges) {
            if (range.overlaps(aperture)) {
                left.add(new IovaRange(
                        maximum(range.start(), aperture.start()), minimum(range.last(), aperture.last())));
            }
        }
        for (ReservedRegion region : reserved) {
            if (region.excludes()) {
                left = without(left, region.range());
            }
        }
        return left;
    }

    private static List<IovaRange> without(List<IovaRange> ranges, IovaRange hole) {
        List<IovaRange> left = new ArrayList<>();
        for (IovaRange range : ranges) {
            if (!range.overlaps(hole)) {
                left.add(range);
                continue;
            }
            if (Long.compareUnsigned(hole.start(), range.start()) > 0) {
                left.add(new IovaRange(range.start(), hole.start() - 1));
            }
            if (Long.compareUnsigned(hole.last(), range.last()) < 0) {
                left.add(new IovaRange(hole.last() + 1, range.last()));
            }
        }
        return left;
    }

    private static long maximum(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private static long minimum(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
