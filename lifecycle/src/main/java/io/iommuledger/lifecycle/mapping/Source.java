package io.iommuledger.lifecycle.mapping;

/** How the product comes to say so. What is inferred is never shown as observed. */
public enum Source {
    /** The kernel's answer to a call that the agent made. */
    OBSERVED,
    /** Follows from an observed fact and the rules of that kernel's interface. */
    INFERRED,
    /** Nobody knows. */
    UNKNOWN
}
