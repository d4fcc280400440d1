package io.iommuledger.verify.check;

/**
 * Signatures that were looked at.
 *
 * @param facts that they cover
 * @param keys  by which they are
 */
public record SignatureCounts(long batches, long facts, int keys) {}
