package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.mapping.DmaAccess;
import java.util.Optional;

/**
 * A mapping is about to be unmapped and mapped again with another access: the kernel has no other way.
 *
 * @param access empty for none: it stays withdrawn
 */
public record AccessChangeRequested(long mapping, Optional<DmaAccess> access) implements Intent {}
