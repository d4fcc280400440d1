/** Commands about resets. */
@NullMarked
package io.iommuledger.command.reset;

import org.jspecify.annotations.NullMarked;
