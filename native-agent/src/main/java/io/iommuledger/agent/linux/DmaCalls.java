package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.VfioAbi.IommuType1DmaMap;
import io.iommuledger.agent.linux.VfioAbi.IommuType1DmaUnmap;
import java.nio.LongBuffer;

/** Map and unmap, the calls that are made often: each is one native call and allocates nothing unless it is refused. */
final class DmaCalls {
    private final KernelCalls calls;
    private final NativeBlock map = new NativeBlock(IommuType1DmaMap.BYTES);
    private final NativeBlock unmap = new NativeBlock(IommuType1DmaUnmap.BYTES);

    /** The same bytes as 64-bit fields: written without a check of their alignment at each call. */
    private final LongBuffer mapFields = map.view().asLongBuffer();

    private final LongBuffer unmapFields = unmap.view().asLongBuffer();

    DmaCalls(KernelCalls calls) {
        this.calls = calls;
        map.view().putInt(IommuType1DmaMap.ARGSZ, IommuType1DmaMap.BYTES);
        unmap.view().putInt(IommuType1DmaUnmap.ARGSZ, IommuType1DmaUnmap.BYTES);
    }

    void map(ContainerFd container, long vaddr, long iova, long size, int flags) throws KernelRefused {
        map.view().putInt(IommuType1DmaMap.FLAGS, flags);
        mapFields.put(IommuType1DmaMap.VADDR / Long.BYTES, vaddr);
        mapFields.put(IommuType1DmaMap.IOVA / Long.BYTES, iova);
        mapFields.put(IommuType1DmaMap.SIZE / Long.BYTES, size);
        calls.ioctl(container, VfioRequest.IOMMU_MAP_DMA, map);
    }

    long unmap(ContainerFd container, long iova, long size, int flags) throws KernelRefused {
        unmap.view().putInt(IommuType1DmaUnmap.FLAGS, flags);
        unmapFields.put(IommuType1DmaUnmap.IOVA / Long.BYTES, iova);
        unmapFields.put(IommuType1DmaUnmap.SIZE / Long.BYTES, size);
        calls.ioctl(container, VfioRequest.IOMMU_UNMAP_DMA, unmap);
        return unmapFields.get(IommuType1DmaUnmap.SIZE / Long.BYTES);
    }
}
