package io.iommuledger.agent.linux;

/** Flag bits and capability ids of include/uapi/linux/vfio.h, by the names that stand there. */
final class VfioFlags {
    static final int VFIO_GROUP_FLAGS_VIABLE = 1;
    static final int VFIO_GROUP_FLAGS_CONTAINER_SET = 2;

    static final int VFIO_DEVICE_FLAGS_RESET = 1;
    static final int VFIO_DEVICE_FLAGS_PCI = 2;

    static final int VFIO_REGION_INFO_FLAG_READ = 1;
    static final int VFIO_REGION_INFO_FLAG_WRITE = 2;
    static final int VFIO_REGION_INFO_FLAG_MMAP = 4;
    static final int VFIO_REGION_INFO_FLAG_CAPS = 8;
    static final int VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1;
    static final int VFIO_PCI_BAR0_REGION_INDEX = 0;
    static final int VFIO_PCI_CONFIG_REGION_INDEX = 7;

    static final int VFIO_IRQ_INFO_EVENTFD = 1;
    static final int VFIO_IRQ_INFO_MASKABLE = 2;
    static final int VFIO_IRQ_INFO_AUTOMASKED = 4;
    static final int VFIO_IRQ_INFO_NORESIZE = 8;
    static final int VFIO_IRQ_SET_DATA_NONE = 1;
    static final int VFIO_IRQ_SET_ACTION_TRIGGER = 32;
    static final int VFIO_PCI_INTX_IRQ_INDEX = 0;
    static final int VFIO_PCI_MSI_IRQ_INDEX = 1;
    static final int VFIO_PCI_MSIX_IRQ_INDEX = 2;
    static final int VFIO_PCI_ERR_IRQ_INDEX = 3;
    static final int VFIO_PCI_REQ_IRQ_INDEX = 4;

    static final int VFIO_DEVICE_FEATURE_SET = 1 << 17;
    static final int VFIO_DEVICE_FEATURE_PROBE = 1 << 18;

    /** Linux 6.1 on, with the next. */
    static final int VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY = 3;

    static final int VFIO_DEVICE_FEATURE_LOW_POWER_EXIT = 5;

    static final int VFIO_IOMMU_INFO_PGSIZES = 1;
    static final int VFIO_IOMMU_INFO_CAPS = 2;
    static final int VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;
    static final int VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3;

    static final int VFIO_DMA_MAP_FLAG_READ = 1;
    static final int VFIO_DMA_MAP_FLAG_WRITE = 2;

    /** Linux 5.12 on. */
    static final int VFIO_DMA_UNMAP_FLAG_ALL = 2;

    private VfioFlags() {}
}
