package io.iommuledger.query.context;

import java.util.List;
import java.util.Optional;

/**
 * An IOMMU address space as it stands.
 *
 * @param devices   that the agent holds in it
 * @param pageSizes in bytes
 * @param entries   absent before the first group
 * @param lockedBytes charged as locked memory by its mappings
 * @param mappings  how many have not ended
 */
record ContextAnswer(
        String id,
        String kind,
        String state,
        List<Integer> groups,
        List<String> devices,
        List<Range> iovaRanges,
        List<Object> pageSizes,
        Optional<Entries> entries,
        Object lockedBytes,
        long mappings) {

    /** Where mappings may lie, both ends inside. */
    record Range(String start, String last) {}

    /**
     * The budget of mappings, {@code dma_entry_limit} of module vfio_iommu_type1, as the facts have it.
     *
     * @param used      by mappings that are in the kernel
     * @param reserved  kept by the agent for withdrawn mappings
     * @param available as far as is known
     * @param unknown   mappings of which nobody knows whether they take one; absent if there are none
     */
    record Entries(long limit, long used, long reserved, long available, Optional<Long> unknown) {}
}
