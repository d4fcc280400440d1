/** One command side is active; the others say which. */
@NullMarked
package io.iommuledger.command.leader;

import org.jspecify.annotations.NullMarked;
