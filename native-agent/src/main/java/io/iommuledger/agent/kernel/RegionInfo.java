package io.iommuledger.agent.kernel;

import java.util.List;

/**
 * {@code struct vfio_region_info} with {@code VFIO_REGION_INFO_CAP_SPARSE_MMAP}.
 *
 * @param flags     READ 1, WRITE 2, MMAP 4, CAPS 8
 * @param size      bytes; 0 if the region is not implemented
 * @param offset    where the region begins in the device's file
 * @param mmapAreas parts that may be mapped: the whole region if it says MMAP and names no areas, none if it does not
 */
public record RegionInfo(int index, int flags, long size, long offset, List<MmapArea> mmapAreas) {

    /** Part of a region, in bytes from its start. */
    public record MmapArea(long offset, long size) {

        public boolean contains(long from, long bytes) {
            return Long.compareUnsigned(offset, from) <= 0
                    && Long.compareUnsigned(bytes, size) <= 0
                    && Long.compareUnsigned(from - offset, size - bytes) <= 0;
        }
    }
}
