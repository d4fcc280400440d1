package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.mapping.Mapping;
import java.util.Optional;
import java.util.UUID;

/**
 * For how long a mapping exposed what it should not, in both histories.
 *
 * @param mapping   as it was heard of last
 * @param operation that asked for it
 */
public record Outcome(Mapping mapping, Optional<UUID> operation, ExposureSum really, ExposureSum supposed) {}
