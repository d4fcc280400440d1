package io.iommuledger.lifecycle.erasure;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody asked that a name be erased.
 *
 * @param principal id of who asked
 * @param subject   id of the principal whose name it is
 * @param reason    stands in the log for ever
 */
public record ErasureRequested(
        UUID erasure, long atNanos, String principal, Optional<Commitment> commitment, String subject, String reason)
        implements ErasureEvent {}
