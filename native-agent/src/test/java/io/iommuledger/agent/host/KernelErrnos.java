package io.iommuledger.agent.host;

import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * With which errno the kernel can refuse each call of the port: drivers/vfio/container.c, group.c, vfio_iommu_type1.c,
 * pci/vfio_pci_core.c, and the manual pages of open, mmap, munmap and close.
 */
final class KernelErrnos {
    private static final Map<String, List<Errno>> KNOWN = Map.ofEntries(
            Map.entry("openContainer", List.of(Errno.ENOENT, Errno.ENODEV, Errno.EACCES, Errno.EMFILE)),
            Map.entry("setIommu", List.of(Errno.EINVAL, Errno.ENODEV, Errno.EPERM, Errno.EBUSY, Errno.ENOMEM)),
            Map.entry("iommuInfo", List.of(Errno.EFAULT, Errno.EINVAL)),
            Map.entry(
                    "mapDma",
                    List.of(Errno.EINVAL, Errno.EEXIST, Errno.ENOSPC, Errno.ENOMEM, Errno.EFAULT, Errno.EOVERFLOW)),
            Map.entry("unmapDma", List.of(Errno.EINVAL, Errno.EBUSY, Errno.EOVERFLOW, Errno.EFAULT)),
            Map.entry("openGroup", List.of(Errno.ENOENT, Errno.ENODEV, Errno.EPERM, Errno.EBUSY, Errno.EMFILE)),
            Map.entry(
                    "setContainer",
                    List.of(Errno.EBADF, Errno.EINVAL, Errno.ENODEV, Errno.EPERM, Errno.EBUSY, Errno.EBADFD)),
            Map.entry("unsetContainer", List.of(Errno.EINVAL, Errno.EBUSY)),
            Map.entry("openDevice", List.of(Errno.EINVAL, Errno.ENODEV, Errno.EMFILE, Errno.EAGAIN, Errno.EACCES)),
            Map.entry("deviceInfo", List.of(Errno.EINVAL, Errno.EIO)),
            Map.entry("regionInfo", List.of(Errno.EINVAL, Errno.EIO)),
            Map.entry("disarmIrqs", List.of(Errno.EINVAL, Errno.ENOTTY, Errno.EIO)),
            Map.entry("resetDevice", List.of(Errno.EINVAL, Errno.EAGAIN, Errno.ENOTTY)),
            Map.entry("hotResetInfo", List.of(Errno.ENODEV, Errno.EPERM, Errno.EAGAIN, Errno.ERANGE)),
            Map.entry("hotReset", List.of(Errno.EINVAL, Errno.EBUSY, Errno.EAGAIN, Errno.ENOTTY, Errno.ENODEV)),
            Map.entry("hasFeature", List.of(Errno.ENOTTY, Errno.EINVAL, Errno.EIO)),
            Map.entry("enterLowPower", List.of(Errno.EINVAL, Errno.EIO)),
            Map.entry("exitLowPower", List.of(Errno.EINVAL, Errno.EIO)),
            Map.entry("readRegion", List.of(Errno.EIO, Errno.EFAULT)),
            Map.entry("writeRegion", List.of(Errno.EIO, Errno.EFAULT)),
            Map.entry("mmapRegion", List.of(Errno.EINVAL, Errno.ENOMEM, Errno.EBUSY)),
            Map.entry("mmapAnonymous", List.of(Errno.ENOMEM)),
            Map.entry("munmap", List.of(Errno.EINVAL, Errno.ENOMEM)),
            Map.entry("close", List.of(Errno.EIO)));

    private KernelErrnos() {}

    /** @throws IllegalStateException for a call that is not in the table */
    static List<Errno> of(String call) {
        return Optional.ofNullable(KNOWN.get(call))
                .orElseThrow(() -> new IllegalStateException("no errnos are known of " + call));
    }
}
