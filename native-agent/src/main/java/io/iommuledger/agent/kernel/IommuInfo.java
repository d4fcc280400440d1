package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import java.util.OptionalLong;

/**
 * {@code struct vfio_iommu_type1_info} and its capabilities.
 *
 * @param pageSizes bitmap of IOMMU page sizes in bytes
 * @param iovaRanges where mappings may lie ({@code VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE}); empty if not told
 * @param dmaAvail   mappings still possible ({@code VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL}, 5.11 on)
 */
public record IommuInfo(long pageSizes, List<IovaRange> iovaRanges, OptionalLong dmaAvail) {}
