package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.fact.MapRequested;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The maps of one operation, all of which are done or none. */
final class Request {
    final UUID operation;
    /** By the sequence of their intents. */
    final Map<Long, MapRequested> begun = new HashMap<>();

    boolean refused;

    Request(UUID operation) {
        this.operation = operation;
    }

    Request copy() {
        Request copy = new Request(operation);
        copy.begun.putAll(begun);
        copy.refused = refused;
        return copy;
    }
}
