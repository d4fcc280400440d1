/** The tree over the log as others check it: checkpoints, proofs, tiles. */
@NullMarked
package io.iommuledger.query.proof;

import org.jspecify.annotations.NullMarked;
