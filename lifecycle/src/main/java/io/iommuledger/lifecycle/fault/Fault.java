package io.iommuledger.lifecycle.fault;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.MappingId;
import java.util.Optional;

/**
 * A DMA that the IOMMU stopped, and what the books say about the address.
 *
 * @param iova        unsigned
 * @param kernelNanos the log line's time, {@code CLOCK_MONOTONIC} of the host
 * @param context     that the device's group was in; empty if none of the agent's
 * @param mapping     that stands at the address; empty if none does
 */
public record Fault(
        StreamId stream,
        long sequence,
        PciAddress device,
        long iova,
        boolean write,
        String reason,
        long kernelNanos,
        Optional<ContextId> context,
        Optional<MappingId> mapping) {}
