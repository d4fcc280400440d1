package io.iommuledger.lifecycle.fact;

/** A new address space is about to be opened. */
public record ContextOpenRequested(long context) implements Intent {}
