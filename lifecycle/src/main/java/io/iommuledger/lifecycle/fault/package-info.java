/** DMA that the IOMMU stopped. */
@NullMarked
package io.iommuledger.lifecycle.fault;

import org.jspecify.annotations.NullMarked;
