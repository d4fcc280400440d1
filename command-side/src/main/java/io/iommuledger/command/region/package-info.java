/** Named memory. */
@NullMarked
package io.iommuledger.command.region;

import org.jspecify.annotations.NullMarked;
