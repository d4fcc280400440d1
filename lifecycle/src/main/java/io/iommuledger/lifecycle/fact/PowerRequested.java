package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;

/**
 * A device is about to enter or leave low power ({@code VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY} and {@code _EXIT}).
 *
 * @param episode the episode that begins with an entry
 */
public record PowerRequested(long episode, PciAddress device, PowerState state) implements Intent {}
