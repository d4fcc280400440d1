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
     * Part of a named region of memory.
     *
     * @param offset bytes from the start of the region
     * @param vaddr  virtual address in the agent, unsigned
     */
    record RegionRange(String region, long offset, long vaddr) implements Backing {}

    /**
     * Part of a file or device node.
     *
     * @param offset       bytes from its start
     * @param vaddr        virtual address in the agent, unsigned
     * @param deviceMemory whether the kernel maps device memory there ({@code pf} or {@code io} in smaps): whose, nobody
     *                     knows
     */
    record FileRange(String path, long offset, long vaddr, boolean deviceMemory) implements Backing {}

    /**
     * Part of a BAR of an exporter: peer to peer.
     *
     * @param offset       bytes from the start of the BAR
     * @param physicalBase where the BAR stood on the host when it was mapped, to see it move; 0 if unknown
     */
    record BarRange(PciAddress exporter, int index, long offset, long physicalBase) implements Backing {}
}
