package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.operation.OperationRequested;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** Somebody asks for something. */
record RequestOperation(@TargetAggregateIdentifier String stream, OperationRequested request) {}
