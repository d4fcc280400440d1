package io.iommuledger.lifecycle.operation;

/** Why an agent refuses an instruction without asking the kernel for it. */
public enum AgentReason {
    /** It does not know the context, device, region or mapping. */
    NOT_FOUND,
    /** It does not hold the device open. */
    NOT_OPEN,
    /** What was asked cannot be expressed to the kernel, for example a BAR range outside the BAR. */
    INVALID,
    /** The instruction reached the agent too late to be carried out. */
    EXPIRED,
    /** A policy in force forbids it, or the host is sealed. */
    POLICY,
    /** An episode holds the device until what was withdrawn for it is restored. */
    HELD,
    /** A withdrawn mapping keeps the address range or the entry. */
    RESERVED,
    /** Something uses it. */
    IN_USE,
    /** The kernel would refuse: groups that a hot reset takes along are not held by the agent. */
    NOT_OWNED,
    /** The device has no such function: no reset method, no low power; or the kernel has no VFIO that the agent speaks. */
    UNSUPPORTED,
    /** The kernel did not remove a mapping that had to go first. */
    NOT_REMOVED,
    /** There is no space left in which the agent could record what it would do. */
    JOURNAL_FULL,
    /** A driver of the host has a device of the group, so the kernel gives none of it away. */
    NOT_VIABLE,
    /** The mapping is in a state in which that cannot be done to it. */
    MAPPING_STATE
}
