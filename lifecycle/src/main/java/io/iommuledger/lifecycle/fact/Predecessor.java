package io.iommuledger.lifecycle.fact;

import java.util.Optional;
import java.util.UUID;

/**
 * The agent's former start, as its journal tells it.
 *
 * @param facts    how many of it stand in the journal unharmed; the store gets them before this epoch speaks
 * @param inOrder  whether it ended by itself, with everything given back
 * @param instance of that start: where a state directory was lost, the store may have the epoch of another one; empty if the
 *                 journal does not tell
 */
public record Predecessor(long epoch, long facts, boolean inOrder, Optional<UUID> instance) {}
