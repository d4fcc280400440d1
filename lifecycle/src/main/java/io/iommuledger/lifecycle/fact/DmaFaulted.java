package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;

/**
 * The IOMMU stopped a DMA, as the kernel's log tells.
 *
 * @param device      that asked
 * @param iova        where, unsigned
 * @param write       whether it wanted to write
 * @param reason      the IOMMU's own words or code
 * @param kernelNanos the log line's time, {@code CLOCK_MONOTONIC} of the host
 */
public record DmaFaulted(PciAddress device, long iova, boolean write, String reason, long kernelNanos)
        implements HostFact {}
