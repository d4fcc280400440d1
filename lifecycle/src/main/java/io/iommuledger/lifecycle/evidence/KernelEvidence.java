package io.iommuledger.lifecycle.evidence;

/**
 * The system call behind a refusal.
 *
 * @param call  the kernel's own name of it: {@code VFIO_IOMMU_MAP_DMA}, {@code open}, {@code mmap}
 * @param errno what it answered
 */
public record KernelEvidence(String call, Errno errno) {

    @Override
    public String toString() {
        return call + ": " + errno;
    }
}
