package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;

/** Nothing of the agent holds the device any more. */
public record DeviceReleased(long intent, long context, PciAddress device) implements Answer {}
