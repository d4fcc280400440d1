package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.DeviceInfo;
import io.iommuledger.agent.kernel.Fd;
import io.iommuledger.agent.kernel.FileFd;
import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.GroupStatus;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.IrqInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.device.PciAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * VFIO of the running Linux kernel. Arguments live in native memory that is allocated with this object and reused, so
 * it is for one thread at a time.
 *
 * <p>A descriptor is the bare number: after {@link #close} the number may come back as any file that the process opens,
 * and a call with the old value reaches that file. Whoever closes a descriptor must not use it any more.
 */
public final class LinuxVfioKernel implements VfioKernel {
    private static final String DIRECTORY = "/dev/vfio/";
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private final KernelCalls calls;
    private final DmaCalls dma;
    private final InfoCalls info;
    private final DeviceCalls devices;
    private final RegionCalls regions;
    private final Smaps smaps = new Smaps(Path.of("/proc/self/smaps"));
    private final NativeBlock argument = new NativeBlock(64);

    /** @throws UnsatisfiedLinkError if this is not Linux or JNA has no library for the architecture */
    public LinuxVfioKernel() {
        this(new Libc());
    }

    LinuxVfioKernel(SystemCalls libc) {
        this.calls = new KernelCalls(libc);
        this.dma = new DmaCalls(calls);
        this.info = new InfoCalls(calls);
        this.devices = new DeviceCalls(calls);
        this.regions = new RegionCalls(calls);
    }

    @Override
    public ContainerFd openContainer() throws KernelRefused {
        return new ContainerFd(open(DIRECTORY + "vfio"));
    }

    /** Readable, writable and close-on-exec. */
    int open(String path) throws KernelRefused {
        return calls.open(path);
    }

    @Override
    public int apiVersion(ContainerFd container) throws KernelRefused {
        return calls.ioctl(container, VfioRequest.GET_API_VERSION, 0);
    }

    @Override
    public int checkExtension(ContainerFd container, int extension) throws KernelRefused {
        return calls.ioctl(container, VfioRequest.CHECK_EXTENSION, extension);
    }

    @Override
    public void setIommu(ContainerFd container, int type) throws KernelRefused {
        calls.ioctl(container, VfioRequest.SET_IOMMU, type);
    }

    @Override
    public IommuInfo iommuInfo(ContainerFd container) throws KernelRefused {
        return info.iommuInfo(container);
    }

    @Override
    public void mapDma(ContainerFd container, long vaddr, long iova, long size, int flags) throws KernelRefused {
        dma.map(container, vaddr, iova, size, flags);
    }

    @Override
    public long unmapDma(ContainerFd container, long iova, long size, int flags) throws KernelRefused {
        return dma.unmap(container, iova, size, flags);
    }

    @Override
    public GroupFd openGroup(int group) throws KernelRefused {
        return new GroupFd(open(DIRECTORY + group));
    }

    @Override
    public GroupStatus groupStatus(GroupFd group) throws KernelRefused {
        ByteBuffer status = argument.cleared();
        status.putInt(VfioAbi.GroupStatus.ARGSZ, VfioAbi.GroupStatus.BYTES);
        calls.ioctl(group, VfioRequest.GROUP_GET_STATUS, argument);
        return new GroupStatus(status.getInt(VfioAbi.GroupStatus.FLAGS));
    }

    @Override
    public void setContainer(GroupFd group, ContainerFd container) throws KernelRefused {
        argument.cleared().putInt(0, container.number());
        calls.ioctl(group, VfioRequest.GROUP_SET_CONTAINER, argument);
    }

    @Override
    public void unsetContainer(GroupFd group) throws KernelRefused {
        calls.ioctl(group, VfioRequest.GROUP_UNSET_CONTAINER, 0);
    }

    /** Close-on-exec by the kernel itself: {@code get_unused_fd_flags(O_CLOEXEC)} in drivers/vfio. */
    @Override
    public DeviceFd openDevice(GroupFd group, PciAddress device) throws KernelRefused {
        // A C string: the zeros behind it are there.
        argument.cleared().put(0, device.toString().getBytes(StandardCharsets.US_ASCII));
        return new DeviceFd(calls.ioctl(group, VfioRequest.GROUP_GET_DEVICE_FD, argument));
    }

    @Override
    public DeviceInfo deviceInfo(DeviceFd device) throws KernelRefused {
        return devices.info(device);
    }

    @Override
    public RegionInfo regionInfo(DeviceFd device, int index) throws KernelRefused {
        return info.regionInfo(device, index);
    }

    @Override
    public IrqInfo irqInfo(DeviceFd device, int index) throws KernelRefused {
        return devices.irqInfo(device, index);
    }

    @Override
    public void disarmIrqs(DeviceFd device, int index) throws KernelRefused {
        devices.disarmIrqs(device, index);
    }

    @Override
    public void resetDevice(DeviceFd device) throws KernelRefused {
        calls.ioctl(device, VfioRequest.DEVICE_RESET, 0);
    }

    @Override
    public List<HotResetDependent> hotResetInfo(DeviceFd device) throws KernelRefused {
        return info.hotResetInfo(device);
    }

    @Override
    public void hotReset(DeviceFd device, List<GroupFd> owned) throws KernelRefused {
        devices.hotReset(device, owned);
    }

    @Override
    public boolean hasFeature(DeviceFd device, int feature) throws KernelRefused {
        return devices.hasFeature(device, feature);
    }

    @Override
    public void enterLowPower(DeviceFd device) throws KernelRefused {
        devices.setFeature(device, VfioFlags.VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY);
    }

    @Override
    public void exitLowPower(DeviceFd device) throws KernelRefused {
        devices.setFeature(device, VfioFlags.VFIO_DEVICE_FEATURE_LOW_POWER_EXIT);
    }

    @Override
    public int readRegion(DeviceFd device, int index, long offset, int width) throws KernelRefused {
        return regions.read(device, index, offset, width);
    }

    @Override
    public void writeRegion(DeviceFd device, int index, long offset, int width, int value) throws KernelRefused {
        regions.write(device, index, offset, width, value);
    }

    @Override
    public long mmapRegion(DeviceFd device, int index, long offset, long size) throws KernelRefused {
        return regions.mmap(device, index, offset, size);
    }

    @Override
    public long mmapAnonymous(long size, long hugePageBytes) throws KernelRefused {
        return calls.mmap(size, LibcFlags.MAP_PRIVATE | LibcFlags.MAP_ANONYMOUS | hugePages(hugePageBytes), -1, 0);
    }

    private static int hugePages(long bytes) {
        if (bytes == 0) {
            return 0;
        } else if (bytes == 2 * MIB) {
            return LibcFlags.MAP_HUGETLB | LibcFlags.MAP_HUGE_2MB;
        } else if (bytes == GIB) {
            return LibcFlags.MAP_HUGETLB | LibcFlags.MAP_HUGE_1GB;
        }
        throw new IllegalArgumentException("no huge page size: " + bytes + " bytes; one of 0, 2 MiB, 1 GiB");
    }

    @Override
    public FileFd openFile(String path, boolean writable) throws KernelRefused {
        int access = writable ? LibcFlags.O_RDWR : LibcFlags.O_RDONLY;
        return new FileFd(calls.open(path, access | LibcFlags.O_NONBLOCK));
    }

    @Override
    public FileKind fileKind(FileFd file) throws KernelRefused {
        return switch (calls.mode(file) & 0170000) {
            case 0100000 -> FileKind.REGULAR;
            case 0020000, 0060000 -> FileKind.DEVICE;
            case 0040000 -> FileKind.DIRECTORY;
            case 0010000 -> FileKind.FIFO;
            case 0140000 -> FileKind.SOCKET;
            default -> FileKind.OTHER;
        };
    }

    @Override
    public long mmapFile(FileFd file, long offset, long size, boolean writable) throws KernelRefused {
        int protection = LibcFlags.PROT_READ | (writable ? LibcFlags.PROT_WRITE : 0);
        return calls.mmap(size, protection, LibcFlags.MAP_SHARED, file.number(), offset);
    }

    @Override
    public boolean mapsDeviceMemory(long vaddr, long size) throws KernelRefused {
        return smaps.deviceMemory(vaddr, size);
    }

    @Override
    public void munmap(long vaddr, long size) throws KernelRefused {
        calls.munmap(vaddr, size);
    }

    @Override
    public void close(Fd fd) throws KernelRefused {
        calls.close(fd);
    }
}
