package io.iommuledger.lifecycle.mapping;

import io.iommuledger.lifecycle.device.PciAddress;

/** What stands behind a mapping. */
public sealed interface Backing {

    /**
     * Memory of a process.
     *
     * @param vaddr virtual address in the agent, unsigned
     */
    record Memory(long vaddr) implements Backing {}

    /**
     * Part of a BAR of an exporter: peer to peer.
     *
     * @param offset       bytes from the start of the BAR
     * @param physicalBase where the BAR stood on the host when it was mapped, to see it move; 0 if unknown
     */
    record BarRange(PciAddress exporter, int index, long offset, long physicalBase) implements Backing {}
}
