package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody asked for something. Committed before the instruction leaves.
 *
 * @param target      the host, and the epoch of its agent: a later epoch never gets it
 * @param principal   id of who asked; the name stands elsewhere
 * @param commitment  to that name; empty in requests from before there were any
 * @param expiryNanos wall clock after which the agent no longer begins it, nanoseconds since 1970
 * @param parts       how many events just before it are {@link OperationPart}s of it
 */
public record OperationRequested(
        UUID operation,
        StreamId target,
        String principal,
        Optional<Commitment> commitment,
        Instruction instruction,
        long expiryNanos,
        int parts)
        implements OperationEvent {

    /** Told in one event. */
    public OperationRequested(
            UUID operation, StreamId target, PrincipalRef principal, Instruction instruction, long expiryNanos) {
        this(operation, target, principal.id(), principal.commitment(), instruction, expiryNanos, 0);
    }

    /** As it was before there were commitments. */
    public OperationRequested(
            UUID operation, StreamId target, String principal, Instruction instruction, long expiryNanos) {
        this(operation, target, PrincipalRef.of(principal), instruction, expiryNanos);
    }
}
