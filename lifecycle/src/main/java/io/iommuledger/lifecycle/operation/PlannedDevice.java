package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.device.PciAddress;

/**
 * A device that a reset would take along.
 *
 * @param group IOMMU group
 * @param owner who holds it: a context of this agent, another process, another driver, or nobody
 */
public record PlannedDevice(PciAddress device, int group, Owner owner, String ownerName) {
    /** Kinds of owners. */
    public enum Owner {
        /** This agent; the name is the context's id. */
        AGENT,
        /** Another process; the name is its pid and command. */
        PROCESS,
        /** A driver of the host. */
        DRIVER,
        NOBODY
    }
}
