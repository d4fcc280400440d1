package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;

/** A device is about to be opened; the kernel resets it then, if it can. */
public record DeviceOpenRequested(long context, PciAddress device) implements Intent {}
