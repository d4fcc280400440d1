package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;

/** A device and whether its memory decodes. */
public record DecodingOf(PciAddress device, MemoryDecoding decoding) {}
