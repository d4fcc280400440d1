/*
 * Prints the table of vfio-abi.tsv from the headers of the machine it is compiled on, in the same order:
 * cc -o vfio-abi-probe vfio-abi-probe.c && ./vfio-abi-probe
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mman.h>
#include <linux/vfio.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define REQUEST(name) printf("%s\t%#x\n", #name, (unsigned)(name))
#define FLAG(name) printf("%s\t%d\n", #name, (int)(name))
#define OFFSET(type, field) printf("%s.%s\t%zu\n", #type, #field, offsetof(struct type, field))
#define BYTES(type) printf("%s.bytes\t%zu\n", #type, sizeof(struct type))
/* Size up to and with a field, which is what the oldest kernels knew of a struct that grew. */
#define MIN_BYTES(type, field) \
    printf("%s.min_bytes\t%zu\n", #type, offsetof(struct type, field) + sizeof(((struct type *)0)->field))

int main(void)
{
    REQUEST(VFIO_GET_API_VERSION);
    REQUEST(VFIO_CHECK_EXTENSION);
    REQUEST(VFIO_SET_IOMMU);
    REQUEST(VFIO_IOMMU_GET_INFO);
    REQUEST(VFIO_IOMMU_MAP_DMA);
    REQUEST(VFIO_IOMMU_UNMAP_DMA);
    REQUEST(VFIO_GROUP_GET_STATUS);
    REQUEST(VFIO_GROUP_SET_CONTAINER);
    REQUEST(VFIO_GROUP_UNSET_CONTAINER);
    REQUEST(VFIO_GROUP_GET_DEVICE_FD);
    REQUEST(VFIO_DEVICE_GET_INFO);
    REQUEST(VFIO_DEVICE_GET_REGION_INFO);
    REQUEST(VFIO_DEVICE_GET_IRQ_INFO);
    REQUEST(VFIO_DEVICE_SET_IRQS);
    REQUEST(VFIO_DEVICE_RESET);
    REQUEST(VFIO_DEVICE_GET_PCI_HOT_RESET_INFO);
    REQUEST(VFIO_DEVICE_FEATURE);
    REQUEST(VFIO_DEVICE_PCI_HOT_RESET);

    FLAG(VFIO_API_VERSION);
    FLAG(VFIO_TYPE1v2_IOMMU);
    FLAG(VFIO_GROUP_FLAGS_VIABLE);
    FLAG(VFIO_GROUP_FLAGS_CONTAINER_SET);
    FLAG(VFIO_DEVICE_FLAGS_RESET);
    FLAG(VFIO_DEVICE_FLAGS_PCI);
    FLAG(VFIO_REGION_INFO_FLAG_READ);
    FLAG(VFIO_REGION_INFO_FLAG_WRITE);
    FLAG(VFIO_REGION_INFO_FLAG_MMAP);
    FLAG(VFIO_REGION_INFO_FLAG_CAPS);
    FLAG(VFIO_REGION_INFO_CAP_SPARSE_MMAP);
    FLAG(VFIO_PCI_BAR0_REGION_INDEX);
    FLAG(VFIO_PCI_CONFIG_REGION_INDEX);
    FLAG(VFIO_IRQ_INFO_EVENTFD);
    FLAG(VFIO_IRQ_INFO_MASKABLE);
    FLAG(VFIO_IRQ_INFO_AUTOMASKED);
    FLAG(VFIO_IRQ_INFO_NORESIZE);
    FLAG(VFIO_IRQ_SET_DATA_NONE);
    FLAG(VFIO_IRQ_SET_ACTION_TRIGGER);
    FLAG(VFIO_PCI_INTX_IRQ_INDEX);
    FLAG(VFIO_PCI_MSI_IRQ_INDEX);
    FLAG(VFIO_PCI_MSIX_IRQ_INDEX);
    FLAG(VFIO_PCI_ERR_IRQ_INDEX);
    FLAG(VFIO_PCI_REQ_IRQ_INDEX);
    FLAG(VFIO_DEVICE_FEATURE_SET);
    FLAG(VFIO_DEVICE_FEATURE_PROBE);
    FLAG(VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY);
    FLAG(VFIO_DEVICE_FEATURE_LOW_POWER_EXIT);
    FLAG(VFIO_IOMMU_INFO_PGSIZES);
    FLAG(VFIO_IOMMU_INFO_CAPS);
    FLAG(VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE);
    FLAG(VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
    FLAG(VFIO_DMA_MAP_FLAG_READ);
    FLAG(VFIO_DMA_MAP_FLAG_WRITE);
    FLAG(VFIO_DMA_UNMAP_FLAG_ALL);

    FLAG(O_RDONLY);
    FLAG(O_RDWR);
    FLAG(O_NONBLOCK);
    FLAG(O_CLOEXEC);
    FLAG(AT_EMPTY_PATH);
    FLAG(STATX_TYPE);
    FLAG(PROT_NONE);
    FLAG(PROT_READ);
    FLAG(PROT_WRITE);
    FLAG(MAP_SHARED);
    FLAG(MAP_PRIVATE);
    FLAG(MAP_ANONYMOUS);
    FLAG(MAP_HUGETLB);
    FLAG(MAP_HUGE_2MB);
    FLAG(MAP_HUGE_1GB);

    OFFSET(vfio_group_status, argsz);
    OFFSET(vfio_group_status, flags);
    BYTES(vfio_group_status);
    OFFSET(vfio_device_info, argsz);
    OFFSET(vfio_device_info, flags);
    OFFSET(vfio_device_info, num_regions);
    OFFSET(vfio_device_info, num_irqs);
    MIN_BYTES(vfio_device_info, num_irqs);
    OFFSET(vfio_region_info, argsz);
    OFFSET(vfio_region_info, flags);
    OFFSET(vfio_region_info, index);
    OFFSET(vfio_region_info, cap_offset);
    OFFSET(vfio_region_info, size);
    OFFSET(vfio_region_info, offset);
    BYTES(vfio_region_info);
    OFFSET(vfio_irq_info, argsz);
    OFFSET(vfio_irq_info, flags);
    OFFSET(vfio_irq_info, index);
    OFFSET(vfio_irq_info, count);
    BYTES(vfio_irq_info);
    OFFSET(vfio_irq_set, argsz);
    OFFSET(vfio_irq_set, flags);
    OFFSET(vfio_irq_set, index);
    OFFSET(vfio_irq_set, start);
    OFFSET(vfio_irq_set, count);
    BYTES(vfio_irq_set);
    OFFSET(vfio_info_cap_header, id);
    OFFSET(vfio_info_cap_header, version);
    OFFSET(vfio_info_cap_header, next);
    BYTES(vfio_info_cap_header);
    OFFSET(vfio_region_info_cap_sparse_mmap, nr_areas);
    OFFSET(vfio_region_info_cap_sparse_mmap, areas);
    OFFSET(vfio_region_sparse_mmap_area, offset);
    OFFSET(vfio_region_sparse_mmap_area, size);
    BYTES(vfio_region_sparse_mmap_area);
    OFFSET(vfio_pci_hot_reset_info, argsz);
    OFFSET(vfio_pci_hot_reset_info, flags);
    OFFSET(vfio_pci_hot_reset_info, count);
    OFFSET(vfio_pci_hot_reset_info, devices);
    OFFSET(vfio_pci_dependent_device, group_id);
    OFFSET(vfio_pci_dependent_device, segment);
    OFFSET(vfio_pci_dependent_device, bus);
    OFFSET(vfio_pci_dependent_device, devfn);
    BYTES(vfio_pci_dependent_device);
    OFFSET(vfio_device_feature, argsz);
    OFFSET(vfio_device_feature, flags);
    OFFSET(vfio_device_feature, data);
    OFFSET(vfio_pci_hot_reset, argsz);
    OFFSET(vfio_pci_hot_reset, flags);
    OFFSET(vfio_pci_hot_reset, count);
    OFFSET(vfio_pci_hot_reset, group_fds);
    OFFSET(vfio_iommu_type1_info, argsz);
    OFFSET(vfio_iommu_type1_info, flags);
    OFFSET(vfio_iommu_type1_info, iova_pgsizes);
    OFFSET(vfio_iommu_type1_info, cap_offset);
    BYTES(vfio_iommu_type1_info);
    OFFSET(vfio_iommu_type1_info_cap_iova_range, nr_iovas);
    OFFSET(vfio_iommu_type1_info_cap_iova_range, iova_ranges);
    OFFSET(vfio_iova_range, start);
    OFFSET(vfio_iova_range, end);
    BYTES(vfio_iova_range);
    OFFSET(vfio_iommu_type1_info_dma_avail, avail);
    BYTES(vfio_iommu_type1_info_dma_avail);
    OFFSET(vfio_iommu_type1_dma_map, argsz);
    OFFSET(vfio_iommu_type1_dma_map, flags);
    OFFSET(vfio_iommu_type1_dma_map, vaddr);
    OFFSET(vfio_iommu_type1_dma_map, iova);
    OFFSET(vfio_iommu_type1_dma_map, size);
    BYTES(vfio_iommu_type1_dma_map);
    OFFSET(vfio_iommu_type1_dma_unmap, argsz);
    OFFSET(vfio_iommu_type1_dma_unmap, flags);
    OFFSET(vfio_iommu_type1_dma_unmap, iova);
    OFFSET(vfio_iommu_type1_dma_unmap, size);
    BYTES(vfio_iommu_type1_dma_unmap);
    return 0;
}
