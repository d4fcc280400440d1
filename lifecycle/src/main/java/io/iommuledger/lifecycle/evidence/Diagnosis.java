package io.iommuledger.lifecycle.evidence;

import java.util.Map;

/**
 * The likely cause of a kernel's refusal and what to do about it. Likely, not certain: one errno has many causes. Sources:
 * drivers/vfio/vfio_iommu_type1.c, container.c, group.c, pci/vfio_pci_core.c.
 */
public record Diagnosis(String likelyCause, String cure) {

    private static final Map<String, Diagnosis> KNOWN = Map.ofEntries(
            known(
                    "VFIO_IOMMU_MAP_DMA EEXIST",
                    "the range overlaps a mapping that is already there",
                    "list the context's mappings with ?iova=, unmap the one in the way or choose another range"),
            known(
                    "VFIO_IOMMU_MAP_DMA EINVAL",
                    "the context has no group, or the range or the offset of its backing is not aligned to the IOMMU's page"
                            + " size, or the range lies outside its IOVA ranges (on x86 0xfee00000 to 0xfeefffff is always cut"
                            + " out) or wraps",
                    "compare the range with the context's iovaRanges and pageSizes, and give whole pages of the backing;"
                            + " attach a device first"),
            known(
                    "VFIO_IOMMU_MAP_DMA EOVERFLOW",
                    "the range wraps past the end of the address space",
                    "choose a start and size whose sum stays below 2^64"),
            known(
                    "VFIO_IOMMU_MAP_DMA EFAULT",
                    "the backing cannot be pinned: a BAR whose memory decoding is off or whose device is in low power, or"
                            + " memory that is not there or not writable",
                    "switch the exporter's memory decoding and power on, or give another backing"),
            known(
                    "VFIO_IOMMU_MAP_DMA ENOMEM",
                    "the agent's limit of locked memory (RLIMIT_MEMLOCK) is reached",
                    "raise LimitMEMLOCK of the agent, or unmap something"),
            known(
                    "VFIO_IOMMU_MAP_DMA ENOSPC",
                    "the context holds as many mappings as the kernel allows (dma_entry_limit, 65535)",
                    "merge adjacent mappings, use larger ones, or raise the module parameter for new contexts"),
            known(
                    "VFIO_IOMMU_UNMAP_DMA EINVAL",
                    "the range cuts through a mapping, is not aligned to the IOMMU's page size, or the context has no group",
                    "unmap whole mappings; the context's mappings show their bounds"),
            known(
                    "VFIO_IOMMU_UNMAP_DMA EOVERFLOW",
                    "the range wraps past the end of the address space",
                    "choose a start and size whose sum stays below 2^64"),
            known(
                    "VFIO_DEVICE_RESET EINVAL",
                    "the device has no reset method for itself alone",
                    "try a hot reset; its dependents share the slot or bus"),
            known(
                    "VFIO_DEVICE_RESET ENOTTY",
                    "the device's reset method does not work on this device",
                    "try a hot reset"),
            known("VFIO_DEVICE_RESET EAGAIN", "something else holds the device's lock", "try again"),
            known(
                    "VFIO_DEVICE_PCI_HOT_RESET EINVAL",
                    "an affected device is not bound to vfio-pci, or its group is not held by this agent",
                    "attach every device that the reset takes along"),
            known("VFIO_DEVICE_PCI_HOT_RESET EBUSY", "a device of the set is in use just now", "try again"),
            known(
                    "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO ENODEV",
                    "neither the slot nor the bus of the device can be reset",
                    "use a function reset"),
            known(
                    "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO EPERM",
                    "a dependent device has no IOMMU group",
                    "move the device to a slot of its own"),
            known(
                    "VFIO_GROUP_SET_CONTAINER EBUSY",
                    "a device of the group is bound to a host driver",
                    "bind every device of the group to vfio-pci or to no driver"),
            known(
                    "VFIO_GROUP_SET_CONTAINER EINVAL",
                    "the group is in a container already, or its IOMMU cannot share this context",
                    "use a context of its own"),
            known(
                    "VFIO_GROUP_UNSET_CONTAINER EBUSY",
                    "a device of the group is still open",
                    "release every device of the group first"),
            known(
                    "VFIO_SET_IOMMU EPERM",
                    "interrupts are not isolated on this machine",
                    "switch interrupt remapping on in the firmware"),
            known(
                    "VFIO_SET_IOMMU ENODEV",
                    "the kernel has no driver for this IOMMU type",
                    "load the module vfio_iommu_type1"),
            known(
                    "VFIO_DEVICE_FEATURE EINVAL",
                    "the device is in low power already",
                    "nothing; switch it on first to begin another episode"),
            known("VFIO_GROUP_GET_DEVICE_FD ENODEV", "the device is not bound to vfio-pci", "bind it to vfio-pci"),
            known("VFIO_GROUP_GET_DEVICE_FD EAGAIN", "the device is being reset by something else", "try again"),
            known(
                    "mmap EINVAL",
                    "the offset or size is no multiple of the page size, or that part of the BAR or file cannot be mapped",
                    "give whole pages, inside what of the BAR can be mapped, or inside the file"));

    private static final Map<String, Diagnosis> BY_ERRNO = Map.ofEntries(
            known("EBUSY", "somebody else holds it", "find the other holder; a group has a single opener"),
            known(
                    "ENOENT",
                    "the kernel offers no such file: a module is not loaded, or the device is not bound to"
                            + " vfio-pci",
                    "load vfio-pci and vfio_iommu_type1 and bind the device"),
            known("EPERM", "the agent lacks a privilege", "run the agent as root"),
            known("EACCES", "the agent may not open the file", "run the agent as root"),
            known("ENODEV", "the device or group is gone, or no VFIO driver is bound to it", "bind it to vfio-pci"),
            known("EBADF", "the file was closed meanwhile", "attach the device again"),
            known("EIO", "the device does not answer", "reset it"),
            known(
                    "ENFILE",
                    "the machine has as many files open as it may (fs.file-max)",
                    "close what is not needed, or raise fs.file-max"),
            known("EMFILE", "the agent has too many files open", "raise LimitNOFILE of the agent"));

    public static Diagnosis of(KernelEvidence evidence) {
        String errno = evidence.errno().symbol();
        Diagnosis exact = KNOWN.get(evidence.call() + " " + errno);
        if (exact == null) {
            exact = FileDiagnosis.of(evidence);
        }
        return exact != null
                ? exact
                : BY_ERRNO.getOrDefault(
                        errno,
                        new Diagnosis(
                                "no known cause of " + errno + " from " + evidence.call(),
                                "look at the host's kernel log"));
    }

    static Map.Entry<String, Diagnosis> known(String when, String cause, String cure) {
        return Map.entry(when, new Diagnosis(cause, cure));
    }
}
