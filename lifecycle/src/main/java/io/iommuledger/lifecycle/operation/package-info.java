/** What a person or program asked for, and how it ended. */
@NullMarked
package io.iommuledger.lifecycle.operation;

import org.jspecify.annotations.NullMarked;
