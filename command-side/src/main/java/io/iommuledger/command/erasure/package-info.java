/** Erasing names of principals. */
@NullMarked
package io.iommuledger.command.erasure;

import org.jspecify.annotations.NullMarked;
