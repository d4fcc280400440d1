/** Resets and the episodes they open. */
@NullMarked
package io.iommuledger.lifecycle.reset;

import org.jspecify.annotations.NullMarked;
