/** Who asks. */
@NullMarked
package io.iommuledger.command.principal;

import org.jspecify.annotations.NullMarked;
