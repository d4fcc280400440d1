/** Answers about contexts. */
@NullMarked
package io.iommuledger.query.context;

import org.jspecify.annotations.NullMarked;
