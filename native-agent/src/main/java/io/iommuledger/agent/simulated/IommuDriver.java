package io.iommuledger.agent.simulated;

import io.iommuledger.lifecycle.evidence.Errno;
import java.util.Optional;

/** What lies under type1: {@code iommu_map} of an IOMMU's driver, which may lack the memory for a page table. */
interface IommuDriver {

    /** One that always can. */
    IommuDriver ABLE = (iova, size) -> Optional.empty();

    /** @return why it could not */
    Optional<Errno> map(long iova, long size);
}
