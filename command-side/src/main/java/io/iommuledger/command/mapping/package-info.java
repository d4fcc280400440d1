/** Commands about mappings. */
@NullMarked
package io.iommuledger.command.mapping;

import org.jspecify.annotations.NullMarked;
