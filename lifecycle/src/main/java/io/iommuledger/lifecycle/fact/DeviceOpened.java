package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;

/** The agent holds the device.
 *
 * @param decoding read back from the command register
 */
public record DeviceOpened(long intent, long context, PciAddress device, MemoryDecoding decoding) implements Answer {}
