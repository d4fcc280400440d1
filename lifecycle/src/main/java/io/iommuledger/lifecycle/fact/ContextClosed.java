package io.iommuledger.lifecycle.fact;

/** The context's descriptor is closed. */
public record ContextClosed(long intent, long context) implements Answer {}
