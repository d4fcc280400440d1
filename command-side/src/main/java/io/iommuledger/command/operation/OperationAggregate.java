package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.protocol.Parts;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.AggregateRoot;
import org.jspecify.annotations.Nullable;

/** Axon's hold on an operation; the decisions are pure functions. */
@AggregateRoot
class OperationAggregate {
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable") // Axon reads it
    private @Nullable String stream;

    private Optional<Outcome> outcome = Optional.empty();

    OperationAggregate() {}

    @CommandHandler
    OperationAggregate(RequestOperation command) {
        Parts.of(command.request()).forEach(AggregateLifecycle::apply);
    }

    @CommandHandler
    void handle(EndOperation command) {
        decide(command.end(), outcome).forEach(end -> Parts.of(end).forEach(AggregateLifecycle::apply));
    }

    @EventSourcingHandler
    void on(OperationRequested event) {
        stream = streamOf(event.operation());
    }

    /** In its place, if its payload was removed. */
    @EventSourcingHandler
    void on(KeptRequest event) {
        stream = streamOf(event.operation());
    }

    /** Of a request it comes before the request. */
    @EventSourcingHandler
    void on(OperationPart event) {
        stream = streamOf(event.operation());
    }

    @EventSourcingHandler
    void on(OperationEnded event) {
        outcome = Optional.of(event.outcome());
    }

    /** An end is final, except that a fact may still decide an operation that was thought lost. */
    static List<OperationEnded> decide(OperationEnded end, Optional<Outcome> before) {
        boolean decides = before.isEmpty() || (before.get() == Outcome.UNKNOWN && end.outcome() != Outcome.UNKNOWN);
        return decides ? List.of(end) : List.of();
    }

    static String streamOf(UUID operation) {
        return OperationEvent.STREAM + operation;
    }
}
