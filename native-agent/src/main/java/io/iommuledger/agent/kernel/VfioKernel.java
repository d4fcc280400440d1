package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.device.PciAddress;
import java.util.List;

/**
 * The system calls of VFIO's container and group API (include/uapi/linux/vfio.h), one method each, raw arguments in and
 * the kernel's own answer out. Sizes and addresses are bytes and unsigned. Every method throws {@link KernelRefused} with
 * the errno that the kernel gave; a descriptor that was closed answers {@code EBADF}. All descriptors are close-on-exec.
 * Implementations may be called from one thread at a time.
 */
public interface VfioKernel {

    /** {@code VFIO_API_VERSION}. */
    int API_VERSION = 0;

    /** {@code VFIO_TYPE1v2_IOMMU}, an extension and a type. In type 1 an unmap may cut a mapping in two. */
    int TYPE1V2 = 3;

    /** {@code open("/dev/vfio/vfio")}. */
    ContainerFd openContainer() throws KernelRefused;

    /** {@code VFIO_GET_API_VERSION}: 0 on every kernel so far. */
    int apiVersion(ContainerFd container) throws KernelRefused;

    /** {@code VFIO_CHECK_EXTENSION}: 0 for an unknown extension, never an error. */
    int checkExtension(ContainerFd container, int extension) throws KernelRefused;

    /** {@code VFIO_SET_IOMMU}; needs a group in the container. */
    void setIommu(ContainerFd container, int type) throws KernelRefused;

    /** {@code VFIO_IOMMU_GET_INFO} with its capability chain. */
    IommuInfo iommuInfo(ContainerFd container) throws KernelRefused;

    /** {@code VFIO_IOMMU_MAP_DMA}. {@code flags}: READ 1, WRITE 2. */
    void mapDma(ContainerFd container, long vaddr, long iova, long size, int flags) throws KernelRefused;

    /**
     * {@code VFIO_IOMMU_UNMAP_DMA}. {@code flags}: ALL 2, with iova and size 0.
     *
     * @return bytes that the kernel says it unmapped, 0 if there was nothing in the range; success is not removal, so
     *     compare it with what should have stood there
     */
    long unmapDma(ContainerFd container, long iova, long size, int flags) throws KernelRefused;

    /** {@code open("/dev/vfio/N")}. */
    GroupFd openGroup(int group) throws KernelRefused;

    /** {@code VFIO_GROUP_GET_STATUS}. */
    GroupStatus groupStatus(GroupFd group) throws KernelRefused;

    /** {@code VFIO_GROUP_SET_CONTAINER}. */
    void setContainer(GroupFd group, ContainerFd container) throws KernelRefused;

    /** {@code VFIO_GROUP_UNSET_CONTAINER}; when the last group leaves, the kernel drops every mapping silently. */
    void unsetContainer(GroupFd group) throws KernelRefused;

    /** {@code VFIO_GROUP_GET_DEVICE_FD}; the first open of a device resets it if it can. */
    DeviceFd openDevice(GroupFd group, PciAddress device) throws KernelRefused;

    /** {@code VFIO_DEVICE_GET_INFO}. */
    DeviceInfo deviceInfo(DeviceFd device) throws KernelRefused;

    /** {@code VFIO_DEVICE_GET_REGION_INFO} with its capability chain; regions 0 to 5 are BARs, 7 is config space. */
    RegionInfo regionInfo(DeviceFd device, int index) throws KernelRefused;

    /** {@code VFIO_DEVICE_GET_IRQ_INFO}: INTx 0, MSI 1, MSI-X 2, ERR 3, REQ 4. */
    IrqInfo irqInfo(DeviceFd device, int index) throws KernelRefused;

    /** {@code VFIO_DEVICE_SET_IRQS} with no data and count 0: takes every trigger of that index away. */
    void disarmIrqs(DeviceFd device, int index) throws KernelRefused;

    /** {@code VFIO_DEVICE_RESET}. */
    void resetDevice(DeviceFd device) throws KernelRefused;

    /** {@code VFIO_DEVICE_GET_PCI_HOT_RESET_INFO}: every device that a hot reset would take along, itself included. */
    List<HotResetDependent> hotResetInfo(DeviceFd device) throws KernelRefused;

    /** {@code VFIO_DEVICE_PCI_HOT_RESET}, proving ownership of every affected group by its descriptor. */
    void hotReset(DeviceFd device, List<GroupFd> owned) throws KernelRefused;

    /** {@code VFIO_DEVICE_FEATURE} with {@code PROBE} and {@code SET}: whether the device has it; ENOTTY is no. */
    boolean hasFeature(DeviceFd device, int feature) throws KernelRefused;

    /** {@code VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY}, 6.1 on; EINVAL if it is in low power already. */
    void enterLowPower(DeviceFd device) throws KernelRefused;

    /** {@code VFIO_DEVICE_FEATURE_LOW_POWER_EXIT}. */
    void exitLowPower(DeviceFd device) throws KernelRefused;

    /** {@code pread} in a region: {@code width} 1, 2 or 4 bytes, little-endian. */
    int readRegion(DeviceFd device, int index, long offset, int width) throws KernelRefused;

    /** {@code pwrite} in a region, as {@link #readRegion}. */
    void writeRegion(DeviceFd device, int index, long offset, int width, int value) throws KernelRefused;

    /**
     * {@code mmap} of part of a region, shared, readable and writable. A live window keeps the device open in the kernel
     * even after its descriptor is closed.
     *
     * @return the virtual address
     */
    long mmapRegion(DeviceFd device, int index, long offset, long size) throws KernelRefused;

    /** {@code mmap} of anonymous, private memory; {@code hugePageBytes} 0 for ordinary pages, else 2 MiB or 1 GiB. */
    long mmapAnonymous(long size, long hugePageBytes) throws KernelRefused;

    /** {@code open} of any file with {@code O_NONBLOCK}: one that would block, such as a FIFO, must not hold the caller. */
    FileFd openFile(String path, boolean writable) throws KernelRefused;

    /** {@code fstat}. */
    FileKind fileKind(FileFd file) throws KernelRefused;

    /**
     * {@code mmap} of part of a file, shared; it outlives the descriptor.
     *
     * @return the virtual address
     */
    long mmapFile(FileFd file, long offset, long size, boolean writable) throws KernelRefused;

    /**
     * Whether some part of a range of the agent's own address space is device memory: {@code pf} (VM_PFNMAP) or
     * {@code io} (VM_IO) among the {@code VmFlags} of {@code /proc/self/smaps}. Refuses where the kernel does not tell of
     * every byte: EFAULT, and EINVAL for a range that is empty or wraps.
     */
    boolean mapsDeviceMemory(long vaddr, long size) throws KernelRefused;

    /** {@code munmap}. */
    void munmap(long vaddr, long size) throws KernelRefused;

    /** {@code close}. */
    void close(Fd fd) throws KernelRefused;
}
