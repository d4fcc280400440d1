package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;

/**
 * A group's devices translate through the context from here on.
 *
 * @param pageSizes  bitmap of the IOMMU's page sizes in bytes
 * @param iovaRanges where mappings may lie
 * @param dmaAvail   mappings still possible; -1 if the kernel does not tell
 */
public record GroupAttached(
        long intent, long context, int group, long pageSizes, List<IovaRange> iovaRanges, long dmaAvail)
        implements Answer {}
