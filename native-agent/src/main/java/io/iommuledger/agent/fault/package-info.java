/** DMA that the IOMMU stopped, as the kernel's log tells. */
@NullMarked
package io.iommuledger.agent.fault;

import org.jspecify.annotations.NullMarked;
