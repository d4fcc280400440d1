/** Addresses that devices put on the bus. */
@NullMarked
package io.iommuledger.lifecycle.iova;

import org.jspecify.annotations.NullMarked;
