package io.iommuledger.lifecycle.fact;

/** A withdrawn mapping is about to be installed again, with its IOVA, access and backing. */
public record RestoreRequested(long mapping) implements Intent {}
