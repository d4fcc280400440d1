package io.iommuledger.lifecycle.operation;

import java.util.Optional;
import java.util.UUID;

/**
 * An operation has its outcome.
 *
 * @param position of the agent's fact that decided it, or of the one that shows it undecidable: a query that stands
 *     there sees everything that the operation did
 * @param detail   a sentence, if the outcome is unknown, or its agent did not live to tell it
 * @param parts    how many events just before it are {@link OperationPart}s of it
 */
public record OperationEnded(
        UUID operation,
        Outcome outcome,
        Optional<Refusal> refusal,
        Figures figures,
        long position,
        String detail,
        int parts)
        implements OperationEvent {

    /** Told in one event. */
    public OperationEnded(
            UUID operation, Outcome outcome, Optional<Refusal> refusal, Figures figures, long position, String detail) {
        this(operation, outcome, refusal, figures, position, detail, 0);
    }
}
