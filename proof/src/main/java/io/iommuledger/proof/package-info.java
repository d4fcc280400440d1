/**
 * The Merkle tree over the records of a log, as RFC 6962 and RFC 9162 hash it and as C2SP's tlog-tiles cut it. A leaf is
 * a record as it is stored; leaf {@code i} is the record at position {@code i + 1}.
 */
@NullMarked
package io.iommuledger.proof;

import org.jspecify.annotations.NullMarked;
