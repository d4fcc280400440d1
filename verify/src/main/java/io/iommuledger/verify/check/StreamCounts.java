package io.iommuledger.verify.check;

/**
 * The streams of a log.
 *
 * @param unsigned facts of hosts that no signature covers
 */
public record StreamCounts(long hosts, long epochs, long operations, long unsigned) {}
