/** Answers about mappings: what stands, what stood, and the zombies. */
@NullMarked
package io.iommuledger.query.mapping;

import org.jspecify.annotations.NullMarked;
