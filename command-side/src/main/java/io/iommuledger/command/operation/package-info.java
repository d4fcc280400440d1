/** What was asked for, and how it ended. */
@NullMarked
package io.iommuledger.command.operation;

import org.jspecify.annotations.NullMarked;
