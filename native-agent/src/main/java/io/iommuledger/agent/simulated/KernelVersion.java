package io.iommuledger.agent.simulated;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;

/** Which kernel the simulated machine imitates, and every answer that differs between them. */
public enum KernelVersion {
    V6_1("6.1.0-simulated"),
    V6_12("6.12.0-simulated"),
    V7_3("7.3.0-simulated");

    private static final int READ = 1;

    private final String release;

    KernelVersion(String release) {
        this.release = release;
    }

    /** What {@code uname -r} prints; its text says that no such kernel runs. */
    public String release() {
        return release;
    }

    /**
     * Answer to a range that passes 2^64 - 1: EINVAL, from 6.18 on EOVERFLOW (drivers/vfio/vfio_iommu_type1.c,
     * check_add_overflow in vfio_dma_do_map and vfio_dma_do_unmap).
     */
    Errno wrap() {
        return atLeast(V7_3) ? Errno.EOVERFLOW : Errno.EINVAL;
    }

    /**
     * Whether searches of the mappings add up first address and size, and so lose what ends at 2^64 - 1; from 6.18 on they
     * compare last addresses ("vfio/type1: handle DMA map/unmap up to the addressable limit"; vfio_find_dma and
     * vfio_find_dma_first_node before it).
     */
    boolean sumsWrapAtTheTop() {
        return !atLeast(V7_3);
    }

    /**
     * Whether a device can read through a mapping of these access flags. A second-level VT-d entry without the read bit
     * was nevertheless readable on 6.1 and 6.12 and no longer is on 7.3 (observed by DMA on these three kernels).
     */
    boolean deviceReads(int accessFlags) {
        return (accessFlags & READ) != 0 || !atLeast(V7_3);
    }

    /**
     * {@code VFIO_CHECK_EXTENSION}: TYPE1 1, TYPE1v2 3, UNMAP_ALL 9; nesting 6 until it was removed in 6.13.
     * UPDATE_VADDR 10 and DMA_CC 4 are denied: the first is not modelled, the second depends on hardware.
     */
    boolean supports(int extension) {
        return switch (extension) {
            case 1, 3, 9 -> true;
            case 6 -> !atLeast(V7_3);
            default -> false;
        };
    }

    /**
     * {@code struct vfio_irq_info} flags of MSI-X: EVENTFD 1, and NORESIZE 8 until 6.5, where vectors can be added one
     * by one (drivers/vfio/pci/vfio_pci_core.c, has_dyn_msix).
     */
    int msixFlags() {
        return atLeast(V6_12) ? 1 : 9;
    }

    /**
     * The line of {@code dmar_fault_do_one}, drivers/iommu/intel/dmar.c, alike on these three; reason 5 is a write, 6 a
     * read that the page table does not permit.
     */
    String faultLine(PciAddress device, long iova, boolean write) {
        String bdf = device.toString();
        return "DMAR: [DMA %s NO_PASID] Request device [%s] fault addr 0x%x [fault reason 0x%02x] PTE %s access is not set"
                .formatted(
                        write ? "Write" : "Read",
                        bdf.substring(bdf.indexOf(':') + 1),
                        iova & -SimulatedMemory.PAGE,
                        write ? 5 : 6,
                        write ? "Write" : "Read");
    }

    private boolean atLeast(KernelVersion other) {
        return compareTo(other) >= 0;
    }
}
