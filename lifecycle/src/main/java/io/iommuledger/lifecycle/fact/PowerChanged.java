package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;

/** The kernel let the device enter or leave low power. */
public record PowerChanged(long intent, PciAddress device, PowerState state) implements Answer {}
