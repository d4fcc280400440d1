package io.iommuledger.lifecycle.fact;

/**
 * Bytes of a mapping that lie one behind the other in physical memory too.
 *
 * @param offset   of the first one, from the start of the mapping, unsigned
 * @param physical host physical address of the first one
 * @param size     how many, unsigned
 */
public record FrameRun(long offset, long physical, long size) {}
