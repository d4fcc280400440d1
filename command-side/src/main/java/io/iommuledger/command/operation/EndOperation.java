package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.operation.OperationEnded;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** The outcome of an operation is known, or known never to be. May come more than once. */
record EndOperation(@TargetAggregateIdentifier String stream, OperationEnded end) {}
