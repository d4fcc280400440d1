package io.iommuledger.lifecycle.operation;

import java.util.Optional;
import java.util.UUID;

/**
 * An operation has its outcome.
 *
 * @param position of the agent's fact that decided it, or of the one that shows it undecidable: a query that stands
 *     there sees everything that the operation did
 * @param detail   a sentence, if the outcome is unknown
 */
public record OperationEnded(
        UUID operation, Outcome outcome, Optional<Refusal> refusal, Figures figures, long position, String detail)
        implements OperationEvent {}
