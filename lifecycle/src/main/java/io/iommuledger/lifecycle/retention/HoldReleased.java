package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;

/**
 * The hold is over.
 *
 * @param reason for people
 */
public record HoldReleased(long atNanos, String principal, Optional<Commitment> commitment, String hold, String reason)
        implements RetentionEvent {}
