package io.iommuledger.lifecycle.erasure;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;
import java.util.UUID;

/**
 * Another one agreed. Stored before anything is erased.
 *
 * @param principal id of who agreed
 * @param subject   id of the principal whose name goes, as in the request
 */
public record ErasureApproved(
        UUID erasure, long atNanos, String principal, Optional<Commitment> commitment, String subject)
        implements ErasureEvent {}
