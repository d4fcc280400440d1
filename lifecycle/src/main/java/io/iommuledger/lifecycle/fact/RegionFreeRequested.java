package io.iommuledger.lifecycle.fact;

/** Memory under a name is about to be given back; no mapping uses it. */
public record RegionFreeRequested(String name) implements Intent {}
