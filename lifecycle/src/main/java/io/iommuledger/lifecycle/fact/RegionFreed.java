package io.iommuledger.lifecycle.fact;

/** The memory is given back. */
public record RegionFreed(long intent, String name) implements Answer {}
