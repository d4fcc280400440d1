package io.iommuledger.lifecycle.fact;

/** A context's descriptor is about to be closed. */
public record ContextCloseRequested(long context) implements Intent {}
