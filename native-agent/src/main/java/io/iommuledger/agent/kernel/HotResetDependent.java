package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.device.PciAddress;

/** {@code struct vfio_pci_dependent_device}: a device that a hot reset takes along, and its IOMMU group. */
public record HotResetDependent(int group, PciAddress device) {}
