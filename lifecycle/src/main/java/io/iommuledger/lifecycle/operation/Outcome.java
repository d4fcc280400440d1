package io.iommuledger.lifecycle.operation;

/** How an operation ended. */
public enum Outcome {
    SUCCEEDED,
    REFUSED,
    /** The agent or its epoch ended before an outcome was stored; a later fact may still decide it. */
    UNKNOWN
}
