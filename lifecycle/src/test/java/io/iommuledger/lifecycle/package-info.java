/** The domain's tests. */
@NullMarked
package io.iommuledger.lifecycle;

import org.jspecify.annotations.NullMarked;
