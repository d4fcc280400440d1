/** The Merkle tree over the log: kept in rows, continued by the leader as events are stored, read by everybody. */
@NullMarked
package io.iommuledger.db.tree;

import org.jspecify.annotations.NullMarked;
