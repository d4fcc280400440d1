/** Answers about reset episodes. */
@NullMarked
package io.iommuledger.query.reset;

import org.jspecify.annotations.NullMarked;
