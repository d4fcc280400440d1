package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.device.PciAddress;

/** What a new mapping shall stand on. */
public sealed interface BackingRequest {

    /**
     * Anonymous memory that the agent allocates for this mapping.
     *
     * @param hugePageBytes 0 for ordinary pages, else 2 MiB or 1 GiB
     */
    record NewMemory(long hugePageBytes) implements BackingRequest {}

    /**
     * Part of a BAR of a device that the agent holds.
     *
     * @param offset bytes from the start of the BAR, unsigned
     */
    record OfBar(PciAddress device, int index, long offset) implements BackingRequest {}
}
