package io.iommuledger.lifecycle.device;

/**
 * A memory window of a device.
 *
 * @param index        0 to 5
 * @param physicalBase address of the window on the host, unsigned; 0 if unknown
 * @param size         bytes, unsigned
 */
public record Bar(int index, long physicalBase, long size) {}
