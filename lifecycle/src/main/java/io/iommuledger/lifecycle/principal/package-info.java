/** Who asks and decides, as far as the log knows: ids, and commitments to the names beside it. */
@NullMarked
package io.iommuledger.lifecycle.principal;

import org.jspecify.annotations.NullMarked;
