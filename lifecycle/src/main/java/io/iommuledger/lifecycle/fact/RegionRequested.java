package io.iommuledger.lifecycle.fact;

/**
 * Memory under a name is about to be allocated.
 *
 * @param hugePageBytes 0 for ordinary pages, else 2 MiB or 1 GiB
 */
public record RegionRequested(String name, long size, long hugePageBytes) implements Intent {}
