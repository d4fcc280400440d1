package io.iommuledger.lifecycle.fact;

/**
 * The agent's former start, as its state directory remembers it.
 *
 * @param facts   how many it recorded; those that the store lacks ended with it
 * @param inOrder whether it ended by itself, with everything given back
 */
public record Predecessor(long epoch, long facts, boolean inOrder) {}
