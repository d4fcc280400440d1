package io.iommuledger.lifecycle.operation;

/** A mapping that a reset would touch, by the agent's numbers. */
public record PlannedMapping(long mapping, long context) {}
