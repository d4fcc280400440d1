package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;

/**
 * The memory bit of a device's command register is about to be written.
 *
 * @param episode the episode that begins if decoding is off afterwards
 */
public record MemoryDecodingRequested(long episode, PciAddress device, MemoryDecoding decoding) implements Intent {}
