package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;

/** The memory bit was written.
 *
 * @param decoding as read back; as written, if it could not be read
 */
public record MemoryDecodingChanged(long intent, PciAddress device, MemoryDecoding decoding) implements Answer {}
