package io.iommuledger.db.tree;

import io.iommuledger.proof.Hash;
import java.time.Instant;

/**
 * A checkpoint that was signed.
 *
 * @param note with the lines of the witnesses that are known
 */
public record SignedCheckpoint(long size, Hash root, String note, Instant signedAt) {}
