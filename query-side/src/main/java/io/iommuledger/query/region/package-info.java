/** Answers about named memory. */
@NullMarked
package io.iommuledger.query.region;

import org.jspecify.annotations.NullMarked;
