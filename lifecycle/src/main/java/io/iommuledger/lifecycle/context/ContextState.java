package io.iommuledger.lifecycle.context;

/** Whether a context can still hold mappings. */
public enum ContextState {
    OPEN,
    /** Its descriptor is closed. */
    CLOSED,
    /** Its agent is gone; nobody knows. */
    UNKNOWN
}
