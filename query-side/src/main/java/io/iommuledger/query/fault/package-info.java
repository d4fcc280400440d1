/** Answers about DMA that the IOMMU stopped. */
@NullMarked
package io.iommuledger.query.fault;

import org.jspecify.annotations.NullMarked;
