package io.iommuledger.lifecycle.operation;

/** Why an agent refuses an instruction without asking the kernel. */
public enum AgentReason {
    /** It does not know the context, device or mapping. */
    NOT_FOUND,
    /** It does not hold the device open. */
    NOT_OPEN,
    /** What was asked cannot be expressed to the kernel, for example a BAR range outside the BAR. */
    INVALID,
    /** The instruction reached the agent too late to be carried out. */
    EXPIRED
}
