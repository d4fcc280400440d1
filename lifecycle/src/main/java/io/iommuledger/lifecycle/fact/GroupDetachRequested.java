package io.iommuledger.lifecycle.fact;

/** A group is about to leave its context and be closed. */
public record GroupDetachRequested(long context, int group) implements Intent {}
