/** Commands about address spaces. */
@NullMarked
package io.iommuledger.command.context;

import org.jspecify.annotations.NullMarked;
