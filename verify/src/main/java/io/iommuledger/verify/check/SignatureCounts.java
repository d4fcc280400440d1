package io.iommuledger.verify.check;

/**
 * Signatures that were looked at.
 *
 * @param facts that they cover
 * @param removed facts of batches that cannot be verified: payloads of them were removed
 * @param keys  by which they are
 */
public record SignatureCounts(long batches, long facts, long removed, int keys) {}
