package io.iommuledger.agent.kernel;

/** {@code struct vfio_device_info}: flags RESET 1, PCI 2, and others of include/uapi/linux/vfio.h. */
public record DeviceInfo(int flags, int regions, int irqs) {

    /** Some method for {@code VFIO_DEVICE_RESET} exists. */
    public boolean resettable() {
        return (flags & 1) != 0;
    }
}
