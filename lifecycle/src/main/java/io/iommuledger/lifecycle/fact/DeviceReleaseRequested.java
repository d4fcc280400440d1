package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;

/** A device is about to be given back: interrupts disarmed, windows unmapped, descriptor closed. */
public record DeviceReleaseRequested(long context, PciAddress device) implements Intent {}
