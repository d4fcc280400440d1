package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.device.PciAddress;

/**
 * How long a map and an unmap of one page take through {@link LinuxVfioKernel}, as a yardstick for the cost of the Java
 * side: {@code MapLoop GROUP BDF COUNT} prints {@code map-unmap ns/op: N}, where an operation is one of both.
 */
public final class MapLoop {
    private static final long PAGE = 4096;
    private static final long IOVA = 0x100000;

    /** Enough for the optimising compiler. */
    private static final long WARM_UP = 20_000;

    private final LinuxVfioKernel kernel;
    private final ContainerFd container;
    private final long vaddr;

    private MapLoop(LinuxVfioKernel kernel, ContainerFd container, long vaddr) {
        this.kernel = kernel;
        this.container = container;
        this.vaddr = vaddr;
    }

    /** @throws IllegalArgumentException if the arguments are not a group number, a PCI address and a positive count */
    public static void main(String[] args) throws KernelRefused {
        if (args.length != 3 || Long.parseLong(args[2]) <= 0) {
            throw new IllegalArgumentException("usage: MapLoop GROUP BDF COUNT");
        }
        long nanos = measure(Integer.parseInt(args[0]), PciAddress.parse(args[1]), Long.parseLong(args[2]));
        System.out.println("map-unmap ns/op: " + nanos);
    }

    private static long measure(int groupNumber, PciAddress address, long count) throws KernelRefused {
        LinuxVfioKernel kernel = new LinuxVfioKernel();
        ContainerFd container = kernel.openContainer();
        GroupFd group = kernel.openGroup(groupNumber);
        kernel.setContainer(group, container);
        kernel.setIommu(container, VfioKernel.TYPE1V2);
        DeviceFd device = kernel.openDevice(group, address);
        MapLoop loop = new MapLoop(kernel, container, kernel.mmapAnonymous(PAGE, 0));
        loop.run(WARM_UP);
        long start = System.nanoTime();
        loop.run(count);
        long nanos = System.nanoTime() - start;
        kernel.munmap(loop.vaddr, PAGE);
        kernel.close(device);
        kernel.close(group);
        kernel.close(container);
        return nanos / count;
    }

    private void run(long count) throws KernelRefused {
        int access = VfioFlags.VFIO_DMA_MAP_FLAG_READ | VfioFlags.VFIO_DMA_MAP_FLAG_WRITE;
        for (long i = 0; i < count; i++) {
            kernel.mapDma(container, vaddr, IOVA, PAGE, access);
            long unmapped = kernel.unmapDma(container, IOVA, PAGE, 0);
            if (unmapped != PAGE) {
                throw new IllegalStateException("unmapped " + unmapped + " bytes of " + PAGE);
            }
        }
    }
}
