package io.iommuledger.agent.simulated;

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
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The system calls of one process on a simulated machine: finds the object behind each descriptor and asks it. */
abstract sealed class SimulatedKernel implements VfioKernel permits SimulatedHost {

    private static final long MIB = 1L << 20;
    private static final int LOW_POWER_ENTRY = 3;
    private static final int LOW_POWER_EXIT = 5;

    private final SimulatedMachine machine;
    private final SimulatedProcess process;
    private final SimulatedMemory memory;
    private final FileTable files;

    SimulatedKernel(SimulatedMachine machine, SimulatedProcess process) {
        this.machine = machine;
        this.process = process;
        this.memory = process.memory();
        this.files = process.files();
    }

    @Override
    public final ContainerFd openContainer() {
        return new ContainerFd(files.add(new ContainerFile(machine.newContainer())));
    }

    @Override
    public final int apiVersion(ContainerFd container) throws KernelRefused {
        container(container, "VFIO_GET_API_VERSION");
        return 0;
    }

    @Override
    public final int checkExtension(ContainerFd container, int extension) throws KernelRefused {
        container(container, "VFIO_CHECK_EXTENSION");
        return machine.kernel().supports(extension) ? 1 : 0;
    }

    @Override
    public final void setIommu(ContainerFd container, int type) throws KernelRefused {
        container(container, "VFIO_SET_IOMMU").setIommu(type);
    }

    @Override
    public final IommuInfo iommuInfo(ContainerFd container) throws KernelRefused {
        return type1(container, "VFIO_IOMMU_GET_INFO").info();
    }

    @Override
    public final void mapDma(ContainerFd container, long vaddr, long iova, long size, int flags) throws KernelRefused {
        type1(container, "VFIO_IOMMU_MAP_DMA").map(process, vaddr, iova, size, flags);
    }

    @Override
    public final long unmapDma(ContainerFd container, long iova, long size, int flags) throws KernelRefused {
        return type1(container, "VFIO_IOMMU_UNMAP_DMA").unmap(iova, size, flags);
    }

    @Override
    public final GroupFd openGroup(int group) throws KernelRefused {
        SimulatedGroup found = machine.group(group).orElseThrow(() -> new KernelRefused("open", Errno.ENOENT));
        return new GroupFd(files.add(found.open()));
    }

    @Override
    public final GroupStatus groupStatus(GroupFd group) throws KernelRefused {
        return group(group, "VFIO_GROUP_GET_STATUS").group().status();
    }

    @Override
    public final void setContainer(GroupFd group, ContainerFd container) throws KernelRefused {
        String call = "VFIO_GROUP_SET_CONTAINER";
        SimulatedGroup joining = group(group, call).group();
        joining.setContainer(container(container, call));
    }

    @Override
    public final void unsetContainer(GroupFd group) throws KernelRefused {
        group(group, "VFIO_GROUP_UNSET_CONTAINER").group().unsetContainer();
    }

    @Override
    public final DeviceFd openDevice(GroupFd group, PciAddress device) throws KernelRefused {
        GroupFile file = group(group, "VFIO_GROUP_GET_DEVICE_FD");
        return new DeviceFd(files.add(new DeviceFile(file.group().openable(device), file)));
    }

    @Override
    public final DeviceInfo deviceInfo(DeviceFd device) throws KernelRefused {
        return device(device, "VFIO_DEVICE_GET_INFO").info();
    }

    @Override
    public final RegionInfo regionInfo(DeviceFd device, int index) throws KernelRefused {
        return device(device, "VFIO_DEVICE_GET_REGION_INFO").region(index);
    }

    @Override
    public final IrqInfo irqInfo(DeviceFd device, int index) throws KernelRefused {
        return device(device, "VFIO_DEVICE_GET_IRQ_INFO").interrupts().info(index);
    }

    @Override
    public final void disarmIrqs(DeviceFd device, int index) throws KernelRefused {
        device(device, "VFIO_DEVICE_SET_IRQS").interrupts().disarm(index);
    }

    @Override
    public final void resetDevice(DeviceFd device) throws KernelRefused {
        device(device, "VFIO_DEVICE_RESET").reset();
    }

    @Override
    public final List<HotResetDependent> hotResetInfo(DeviceFd device) throws KernelRefused {
        SimulatedDevice asked = device(device, "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO");
        return machine.resetSetOf(asked).dependents();
    }

    @Override
    public final void hotReset(DeviceFd device, List<GroupFd> owned) throws KernelRefused {
        String call = "VFIO_DEVICE_PCI_HOT_RESET";
        ResetSet affected = machine.resetSetOf(device(device, call));
        affected.requireCount(owned.size());
        Set<Integer> groups = new HashSet<>();
        for (GroupFd fd : owned) {
            groups.add(group(fd, call).group().number());
        }
        affected.reset(groups);
    }

    /** Low power, from 6.1 on. */
    @Override
    public final boolean hasFeature(DeviceFd device, int feature) throws KernelRefused {
        device(device, "VFIO_DEVICE_FEATURE");
        return feature >= LOW_POWER_ENTRY && feature <= LOW_POWER_EXIT;
    }

    @Override
    public final void enterLowPower(DeviceFd device) throws KernelRefused {
        device(device, "VFIO_DEVICE_FEATURE").power().enter();
    }

    @Override
    public final void exitLowPower(DeviceFd device) throws KernelRefused {
        device(device, "VFIO_DEVICE_FEATURE").power().exit();
    }

    @Override
    public final int readRegion(DeviceFd device, int index, long offset, int width) throws KernelRefused {
        return device(device, "pread").read(index, offset, requireWidth("pread", width));
    }

    @Override
    public final void writeRegion(DeviceFd device, int index, long offset, int width, int value) throws KernelRefused {
        device(device, "pwrite").write(index, offset, requireWidth("pwrite", width), value);
    }

    private static int requireWidth(String call, int width) throws KernelRefused {
        if (width != 1 && width != 2 && width != 4) {
            throw new KernelRefused(call, Errno.EINVAL);
        }
        return width;
    }

    @Override
    public final long mmapRegion(DeviceFd device, int index, long offset, long size) throws KernelRefused {
        DeviceFile file = files.get(device, DeviceFile.class, "mmap");
        return memory.mapBar(file, file.device().window(index, offset, size), offset, size);
    }

    @Override
    public final long mmapAnonymous(long size, long hugePageBytes) throws KernelRefused {
        if (hugePageBytes != 0 && hugePageBytes != 2 * MIB && hugePageBytes != 1024 * MIB) {
            throw new KernelRefused("mmap", Errno.EINVAL);
        }
        long pageBytes = hugePageBytes == 0 ? SimulatedMemory.PAGE : hugePageBytes;
        return memory.mapAnonymous(size, pageBytes, MemoryAccess.READ_WRITE);
    }

    @Override
    public final FileFd openFile(String path, boolean writable) throws KernelRefused {
        return new FileFd(files.add(machine.open(path, writable)));
    }

    @Override
    public final FileKind fileKind(FileFd file) throws KernelRefused {
        return files.get(file, PathFile.class, "statx").kind();
    }

    @Override
    public final long mmapFile(FileFd file, long offset, long size, boolean writable) throws KernelRefused {
        PathFile open = files.get(file, PathFile.class, "mmap");
        if (offset % SimulatedMemory.PAGE == 0 && beyondAnyFile(offset, size)) {
            throw new KernelRefused("mmap", Errno.EOVERFLOW);
        }
        if (!open.kind().mappable()) {
            throw new KernelRefused("mmap", Errno.ENODEV);
        }
        if (!open.content().spans(offset, size)) {
            throw new KernelRefused("mmap", Errno.EINVAL);
        }
        MemoryAccess access = writable ? MemoryAccess.READ_WRITE : MemoryAccess.READ_ONLY;
        return memory.mapFile(open.content(), offset, size, access);
    }

    /** {@code file_mmap_ok}, mm/mmap.c: no file has more than MAX_LFS_FILESIZE bytes. */
    private static boolean beyondAnyFile(long offset, long size) {
        return offset < 0 || (size > 0 && size > Long.MAX_VALUE - offset);
    }

    @Override
    public final boolean mapsDeviceMemory(long vaddr, long size) throws KernelRefused {
        return memory.deviceMemory(vaddr, size);
    }

    @Override
    public final void munmap(long vaddr, long size) throws KernelRefused {
        memory.unmap(vaddr, size);
    }

    @Override
    public final void close(Fd fd) throws KernelRefused {
        files.close(fd);
    }

    /** The process ends: the kernel closes what it had open. */
    final void endProcess() {
        process.end();
    }

    private SimulatedContainer container(ContainerFd fd, String call) throws KernelRefused {
        return files.get(fd, ContainerFile.class, call).container();
    }

    private Type1 type1(ContainerFd fd, String call) throws KernelRefused {
        return container(fd, call).iommu(call);
    }

    private GroupFile group(GroupFd fd, String call) throws KernelRefused {
        return files.get(fd, GroupFile.class, call);
    }

    private SimulatedDevice device(DeviceFd fd, String call) throws KernelRefused {
        return files.get(fd, DeviceFile.class, call).device();
    }
}
