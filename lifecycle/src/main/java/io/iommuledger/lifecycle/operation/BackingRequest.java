package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.device.PciAddress;

/** What a new mapping shall stand on. */
public sealed interface BackingRequest {
    /**
     * Anonymous memory that the agent allocates: one allocation for all ranges of a request that ask for such pages, in
     * their order.
     *
     * @param hugePageBytes 0 for ordinary pages, else 2 MiB or 1 GiB
     */
    record NewMemory(long hugePageBytes) implements BackingRequest {}

    /**
     * Part of a named region.
     *
     * @param offset bytes from its start, unsigned
     */
    record OfRegion(String region, long offset) implements BackingRequest {}

    /**
     * Part of a file or device node of the host.
     *
     * @param offset bytes from its start, unsigned
     */
    record OfFile(String path, long offset) implements BackingRequest {}

    /**
     * Part of a BAR of a device that the agent holds.
     *
     * @param offset bytes from the start of the BAR, unsigned
     */
    record OfBar(PciAddress device, int index, long offset) implements BackingRequest {}
}
