package io.iommuledger.lifecycle.device;

/** Bit 1 of the PCI command register: whether the device answers at the addresses of its BARs. */
public enum MemoryDecoding {
    ON,
    OFF
}
