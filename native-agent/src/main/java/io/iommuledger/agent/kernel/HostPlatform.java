package io.iommuledger.agent.kernel;

import java.util.List;
import java.util.Optional;

/** What the agent learns of its machine without VFIO: identities and the PCI functions behind the IOMMU. */
public interface HostPlatform {

    /** {@code /etc/machine-id}, or empty where there is none. */
    String machineId();

    /** {@code /proc/sys/kernel/random/boot_id}. */
    String bootId();

    /** {@code uname -r}. */
    String kernelRelease();

    /** The machine's name: the host id unless the agent's configuration gives another. */
    String hostName();

    /** Every PCI function that has an IOMMU group, sorted by address. */
    List<PciFunction> discover();

    /** {@code RLIMIT_MEMLOCK} of the agent in bytes; -1 if it has none, or has CAP_IPC_LOCK and so none for VFIO. */
    long memoryLockLimit();

    /**
     * Where a range of the agent's memory is in physical memory, as far as the agent may know.
     *
     * @param mostRuns  of which it is told
     * @param mostPages of 4 KiB that are asked for
     */
    Frames frames(long vaddr, long size, int mostRuns, long mostPages);

    /** Other processes that have a group's node open, as far as the agent may see them. */
    List<Holder> holdersOf(int group);

    /** What the kernel prints into its log from now on; empty where it cannot be read. */
    Optional<KernelLog> kernelLog();
}
