package io.iommuledger.lifecycle.operation;

/**
 * A mapping that reaches what a reset would take along, by the agent's numbers.
 *
 * @param orphaned whether it stays an orphan whatever the policy is: only an unmap ends it
 */
public record PlannedMapping(long mapping, long context, boolean orphaned) {}
