package io.iommuledger.agent.kernel;

/**
 * A file descriptor that knows what it is a descriptor of. The same request number means different things on different
 * files: 0x3b71 is {@code VFIO_IOMMU_MAP_DMA} on a container and {@code VFIO_DEVICE_PCI_HOT_RESET} on a device.
 */
public sealed interface Fd permits ContainerFd, GroupFd, DeviceFd, FileFd {
    int number();
}
