package io.iommuledger.lifecycle.operation;

import java.util.UUID;

/** The life of an operation, in a stream of its own: {@code operation/<id>}. */
public sealed interface OperationEvent permits OperationRequested, OperationEnded, OperationPart, KeptRequest {
    /** What the name of such a stream begins with; the id follows. */
    String STREAM = "operation/";

    UUID operation();
}
