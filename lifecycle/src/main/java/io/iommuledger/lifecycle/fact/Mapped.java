package io.iommuledger.lifecycle.fact;

/** The kernel installed the mapping. */
public record Mapped(long intent, long mapping) implements Answer {}
