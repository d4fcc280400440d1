/** Answers about what was asked of agents. */
@NullMarked
package io.iommuledger.query.operation;

import org.jspecify.annotations.NullMarked;
