package io.iommuledger.lifecycle.erasure;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;
import java.util.UUID;

/**
 * Nothing will come of the request.
 *
 * @param principal id of who withdrew it
 */
public record ErasureWithdrawn(UUID erasure, long atNanos, String principal, Optional<Commitment> commitment)
        implements ErasureEvent {}
