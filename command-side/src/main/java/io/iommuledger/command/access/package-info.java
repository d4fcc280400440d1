/** Who read from which query side: appended before anything is answered there. */
@NullMarked
package io.iommuledger.command.access;

import org.jspecify.annotations.NullMarked;
