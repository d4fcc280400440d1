/** How much is worked on at once. */
@NullMarked
package io.iommuledger.query.load;

import org.jspecify.annotations.NullMarked;
