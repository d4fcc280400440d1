package io.iommuledger.lifecycle.fact;

/**
 * The agent's former start, as its journal tells it.
 *
 * @param facts   how many of it stand in the journal unharmed; the store gets them before this epoch speaks
 * @param inOrder whether it ended by itself, with everything given back
 */
public record Predecessor(long epoch, long facts, boolean inOrder) {}
