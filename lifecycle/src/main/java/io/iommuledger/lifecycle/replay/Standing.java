package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.mapping.Mapping;

/**
 * A mapping as it stands.
 *
 * @param sinceNanos    effective time at which it came into its state
 * @param sincePosition of the fact that brought it there
 */
public record Standing(Mapping mapping, long sinceNanos, long sincePosition) {}
