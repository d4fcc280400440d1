package io.iommuledger.agent.host;

import static io.iommuledger.lifecycle.evidence.Errno.EACCES;
import static io.iommuledger.lifecycle.evidence.Errno.EAGAIN;
import static io.iommuledger.lifecycle.evidence.Errno.EBADF;
import static io.iommuledger.lifecycle.evidence.Errno.EBADFD;
import static io.iommuledger.lifecycle.evidence.Errno.EBUSY;
import static io.iommuledger.lifecycle.evidence.Errno.EEXIST;
import static io.iommuledger.lifecycle.evidence.Errno.EFAULT;
import static io.iommuledger.lifecycle.evidence.Errno.EINVAL;
import static io.iommuledger.lifecycle.evidence.Errno.EIO;
import static io.iommuledger.lifecycle.evidence.Errno.EISDIR;
import static io.iommuledger.lifecycle.evidence.Errno.ELOOP;
import static io.iommuledger.lifecycle.evidence.Errno.EMFILE;
import static io.iommuledger.lifecycle.evidence.Errno.ENAMETOOLONG;
import static io.iommuledger.lifecycle.evidence.Errno.ENFILE;
import static io.iommuledger.lifecycle.evidence.Errno.ENODEV;
import static io.iommuledger.lifecycle.evidence.Errno.ENOENT;
import static io.iommuledger.lifecycle.evidence.Errno.ENOMEM;
import static io.iommuledger.lifecycle.evidence.Errno.ENOSPC;
import static io.iommuledger.lifecycle.evidence.Errno.ENOTDIR;
import static io.iommuledger.lifecycle.evidence.Errno.ENOTTY;
import static io.iommuledger.lifecycle.evidence.Errno.ENXIO;
import static io.iommuledger.lifecycle.evidence.Errno.EOPNOTSUPP;
import static io.iommuledger.lifecycle.evidence.Errno.EOVERFLOW;
import static io.iommuledger.lifecycle.evidence.Errno.EPERM;
import static io.iommuledger.lifecycle.evidence.Errno.ERANGE;
import static io.iommuledger.lifecycle.evidence.Errno.EROFS;
import static io.iommuledger.lifecycle.evidence.Errno.ETXTBSY;

import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * With which errno Linux 5.11 to 7.3 on x86-64 can refuse each call that the agent makes, with the flags with which it
 * makes it. Paths are below drivers/vfio; EFAULT is an argument that cannot be read or written, EIO of a device, from 6.1
 * on, one that could not be woken (vfio_device_pm_runtime_get in vfio_main.c).
 */
final class KernelErrnos {
    private static final Map<String, List<Errno>> KNOWN = Map.ofEntries(
            // open(2); misc_open in drivers/char/misc.c; vfio_fops_open in container.c; EPERM is the device cgroup's
            Map.entry("openContainer", List.of(ENOENT, ENODEV, EACCES, EPERM, EMFILE, ENFILE, ENOMEM)),
            // vfio_fops_unl_ioctl in container.c has no way to refuse it
            Map.entry("apiVersion", List.of()),
            // vfio_ioctl_check_extension in container.c: what no driver knows is 0
            Map.entry("checkExtension", List.of()),
            // vfio_ioctl_set_iommu in container.c, and vfio_iommu_type1_open and _attach_group in vfio_iommu_type1.c
            Map.entry("setIommu", List.of(EINVAL, ENODEV, EPERM, EBUSY, ENOMEM)),
            // vfio_iommu_type1_get_info; EINVAL also without a driver, in vfio_fops_unl_ioctl
            Map.entry("iommuInfo", List.of(EFAULT, EINVAL, ENOMEM)),
            // vfio_dma_do_map; EOVERFLOW from 6.18 on; EOPNOTSUPP is check_vma_flags in mm/gup.c, of a DAX file
            Map.entry("mapDma", List.of(EFAULT, EINVAL, EOVERFLOW, EEXIST, ENOSPC, ENOMEM, EOPNOTSUPP)),
            // vfio_dma_do_unmap; EBUSY is of VADDR alone, which the agent does not ask for; EOVERFLOW from 6.18 on
            Map.entry("unmapDma", List.of(EFAULT, EINVAL, EOVERFLOW)),
            // open(2); chrdev_open in fs/char_dev.c; vfio_group_fops_open in group.c
            Map.entry("openGroup", List.of(ENOENT, ENXIO, ENODEV, EACCES, EPERM, EBUSY, EMFILE, ENFILE, ENOMEM)),
            // vfio_group_ioctl_get_status in group.c; ENODEV from 6.2 on, of a group that is gone
            Map.entry("groupStatus", List.of(EFAULT, ENODEV)),
            // vfio_group_ioctl_set_container in group.c, vfio_container_attach_group in container.c, type1's
            // attach_group
            Map.entry("setContainer", List.of(EFAULT, EBADF, EINVAL, ENODEV, EPERM, EBUSY, EBADFD, ENOMEM)),
            // vfio_group_ioctl_unset_container in group.c
            Map.entry("unsetContainer", List.of(EINVAL, EBUSY)),
            // vfio_group_ioctl_get_device_fd in group.c, vfio_pci_core_enable and vfio_pci_validate_vf_token
            Map.entry("openDevice", List.of(EFAULT, EINVAL, ENODEV, EACCES, EAGAIN, EIO, EMFILE, ENFILE, ENOMEM)),
            // vfio_pci_ioctl_get_info in pci/vfio_pci_core.c; ENOMEM of its capabilities, from 6.6 on
            Map.entry("deviceInfo", List.of(EFAULT, EINVAL, EIO, ENOMEM)),
            // vfio_pci_ioctl_get_region_info
            Map.entry("regionInfo", List.of(EFAULT, EINVAL, EIO, ENOMEM)),
            // vfio_pci_ioctl_set_irqs, vfio_pci_set_irqs_ioctl in pci/vfio_pci_intrs.c
            Map.entry("disarmIrqs", List.of(EFAULT, EINVAL, ENOTTY, EIO)),
            // vfio_pci_ioctl_reset; pci_try_reset_function in drivers/pci/pci.c
            Map.entry("resetDevice", List.of(EINVAL, EAGAIN, ENOTTY, EIO)),
            // vfio_pci_ioctl_get_pci_hot_reset_info; ENOSPC of a short argument is answered in the port, by a longer
            // one
            Map.entry("hotResetInfo", List.of(EFAULT, EINVAL, ENODEV, EPERM, EAGAIN, ERANGE, ENOMEM, EIO)),
            // vfio_pci_ioctl_pci_hot_reset, vfio_pci_dev_set_hot_reset; pci_reset_bus in drivers/pci/pci.c
            Map.entry("hotReset", List.of(EFAULT, EINVAL, EBADF, ENODEV, EBUSY, EAGAIN, ENOTTY, ENOMEM, EIO)),
            // vfio_ioctl_device_feature in vfio_main.c; ENOTTY is the answer no
            Map.entry("hasFeature", List.of(EFAULT, EINVAL, ENOTTY, EIO)),
            // the same, and vfio_pci_core_pm_entry; EINVAL also of a device that sleeps
            Map.entry("enterLowPower", List.of(EFAULT, EINVAL, ENOTTY, EIO)),
            // the same, and vfio_pci_core_pm_exit
            Map.entry("exitLowPower", List.of(EFAULT, EINVAL, ENOTTY, EIO)),
            // VFIO_DEVICE_GET_REGION_INFO for the offset, then vfio_pci_rw; EIO also of a device that does not decode
            Map.entry("readRegion", List.of(EFAULT, EINVAL, EIO)),
            Map.entry("writeRegion", List.of(EFAULT, EINVAL, EIO)),
            // the same for the offset, then vfio_pci_core_mmap and mmap(2)
            Map.entry("mmapRegion", List.of(EFAULT, EINVAL, EIO, EBUSY, ENOMEM)),
            // mmap(2); EINVAL of a size or a huge page size that there is not
            Map.entry("mmapAnonymous", List.of(EINVAL, ENOMEM)),
            // open(2) of a path that somebody names
            Map.entry(
                    "openFile",
                    List.of(
                            ENOENT,
                            ENOTDIR,
                            EISDIR,
                            ELOOP,
                            ENAMETOOLONG,
                            EACCES,
                            EPERM,
                            EROFS,
                            ETXTBSY,
                            EBUSY,
                            ENXIO,
                            ENODEV,
                            EIO,
                            EOVERFLOW,
                            EMFILE,
                            ENFILE,
                            ENOMEM)),
            // fstat(2) of an open file; EIO of a file system that lost its device, EOVERFLOW of what its fields cannot
            // hold
            Map.entry("fileKind", List.of(EIO, EOVERFLOW, ENOMEM)),
            // mmap(2) of whatever is there
            Map.entry("mmapFile", List.of(EACCES, EPERM, EINVAL, ENODEV, EAGAIN, EOVERFLOW, ETXTBSY, ENFILE, ENOMEM)),
            // /proc/self/smaps, which cannot be read or does not tell of the range
            Map.entry("mapsDeviceMemory", List.of(EIO, EFAULT)),
            // munmap(2); ENOMEM when a cut would make too many areas
            Map.entry("munmap", List.of(EINVAL, ENOMEM)),
            // close(2) answers what the file's flush does, and no file of VFIO has one
            Map.entry("close", List.of()));

    private KernelErrnos() {}

    /** @throws IllegalStateException for a call that is not in the table */
    static List<Errno> of(String call) {
        return Optional.ofNullable(KNOWN.get(call))
                .orElseThrow(() -> new IllegalStateException("no errnos are known of " + call));
    }
}
