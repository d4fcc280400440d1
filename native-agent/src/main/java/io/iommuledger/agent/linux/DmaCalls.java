package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.VfioAbi.IommuType1DmaMap;
import io.iommuledger.agent.linux.VfioAbi.IommuType1DmaUnmap;
import java.nio.ByteBuffer;

/** Map and unmap, the calls that are made often: each is one native call and allocates nothing unless it is refused. */
final class DmaCalls {
    private final KernelCalls calls;
    private final NativeBlock map = new NativeBlock(IommuType1DmaMap.BYTES);
    private final NativeBlock unmap = new NativeBlock(IommuType1DmaUnmap.BYTES);

    DmaCalls(KernelCalls calls) {
        this.calls = calls;
    }

    void map(ContainerFd container, long vaddr, long iova, long size, int flags) throws KernelRefused {
        ByteBuffer argument = map.view();
        argument.putInt(IommuType1DmaMap.ARGSZ, IommuType1DmaMap.BYTES);
        argument.putInt(IommuType1DmaMap.FLAGS, flags);
        argument.putLong(IommuType1DmaMap.VADDR, vaddr);
        argument.putLong(IommuType1DmaMap.IOVA, iova);
        argument.putLong(IommuType1DmaMap.SIZE, size);
        calls.ioctl(container, VfioRequest.IOMMU_MAP_DMA, map);
    }

    long unmap(ContainerFd container, long iova, long size, int flags) throws KernelRefused {
        ByteBuffer argument = unmap.view();
        argument.putInt(IommuType1DmaUnmap.ARGSZ, IommuType1DmaUnmap.BYTES);
        argument.putInt(IommuType1DmaUnmap.FLAGS, flags);
        argument.putLong(IommuType1DmaUnmap.IOVA, iova);
        argument.putLong(IommuType1DmaUnmap.SIZE, size);
        calls.ioctl(container, VfioRequest.IOMMU_UNMAP_DMA, unmap);
        return argument.getLong(IommuType1DmaUnmap.SIZE);
    }
}
