/** Holds a log against checkpoints that are kept elsewhere: {@code iommu-ledger verify}. */
@NullMarked
package io.iommuledger.verify;

import org.jspecify.annotations.NullMarked;
