package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.Fd;
import io.iommuledger.agent.kernel.GroupFd;

/**
 * A request number of include/uapi/linux/vfio.h, {@code _IO(';', 100 + n)}, with the kind of file it is meant for:
 * numbers are not unique, 0x3b70 and 0x3b71 mean one thing on a container and another on a device.
 *
 * <p>{@code _IO} sets no direction bits on x86-64 and arm64; it does on mips, powerpc, sparc and alpha.
 *
 * @param <F> the file; it exists for the compiler only
 * @param name as the header has it, for messages and evidence
 */
@SuppressWarnings("UnusedTypeParameter")
record VfioRequest<F extends Fd>(String name, long number) {

    static final VfioRequest<ContainerFd> GET_API_VERSION = new VfioRequest<>("VFIO_GET_API_VERSION", 0x3b64);
    static final VfioRequest<ContainerFd> CHECK_EXTENSION = new VfioRequest<>("VFIO_CHECK_EXTENSION", 0x3b65);
    static final VfioRequest<ContainerFd> SET_IOMMU = new VfioRequest<>("VFIO_SET_IOMMU", 0x3b66);
    static final VfioRequest<ContainerFd> IOMMU_GET_INFO = new VfioRequest<>("VFIO_IOMMU_GET_INFO", 0x3b70);
    static final VfioRequest<ContainerFd> IOMMU_MAP_DMA = new VfioRequest<>("VFIO_IOMMU_MAP_DMA", 0x3b71);
    static final VfioRequest<ContainerFd> IOMMU_UNMAP_DMA = new VfioRequest<>("VFIO_IOMMU_UNMAP_DMA", 0x3b72);

    static final VfioRequest<GroupFd> GROUP_GET_STATUS = new VfioRequest<>("VFIO_GROUP_GET_STATUS", 0x3b67);
    static final VfioRequest<GroupFd> GROUP_SET_CONTAINER = new VfioRequest<>("VFIO_GROUP_SET_CONTAINER", 0x3b68);
    static final VfioRequest<GroupFd> GROUP_UNSET_CONTAINER = new VfioRequest<>("VFIO_GROUP_UNSET_CONTAINER", 0x3b69);
    static final VfioRequest<GroupFd> GROUP_GET_DEVICE_FD = new VfioRequest<>("VFIO_GROUP_GET_DEVICE_FD", 0x3b6a);

    static final VfioRequest<DeviceFd> DEVICE_GET_INFO = new VfioRequest<>("VFIO_DEVICE_GET_INFO", 0x3b6b);
    static final VfioRequest<DeviceFd> DEVICE_GET_REGION_INFO =
            new VfioRequest<>("VFIO_DEVICE_GET_REGION_INFO", 0x3b6c);
    static final VfioRequest<DeviceFd> DEVICE_GET_IRQ_INFO = new VfioRequest<>("VFIO_DEVICE_GET_IRQ_INFO", 0x3b6d);
    static final VfioRequest<DeviceFd> DEVICE_SET_IRQS = new VfioRequest<>("VFIO_DEVICE_SET_IRQS", 0x3b6e);
    static final VfioRequest<DeviceFd> DEVICE_RESET = new VfioRequest<>("VFIO_DEVICE_RESET", 0x3b6f);
    static final VfioRequest<DeviceFd> DEVICE_GET_PCI_HOT_RESET_INFO =
            new VfioRequest<>("VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", 0x3b70);
    static final VfioRequest<DeviceFd> DEVICE_FEATURE = new VfioRequest<>("VFIO_DEVICE_FEATURE", 0x3b75);
    static final VfioRequest<DeviceFd> DEVICE_PCI_HOT_RESET = new VfioRequest<>("VFIO_DEVICE_PCI_HOT_RESET", 0x3b71);
}
