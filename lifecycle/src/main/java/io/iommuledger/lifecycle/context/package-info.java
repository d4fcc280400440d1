/** IOMMU address spaces. */
@NullMarked
package io.iommuledger.lifecycle.context;

import org.jspecify.annotations.NullMarked;
