package io.iommuledger.agent.linux;

import static io.iommuledger.agent.linux.CapabilityChain.require;

import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.kernel.RegionInfo.MmapArea;
import io.iommuledger.agent.linux.CapabilityChain.Capability;
import io.iommuledger.agent.linux.VfioAbi.IommuType1Info;
import io.iommuledger.agent.linux.VfioAbi.IommuType1InfoCapIovaRange;
import io.iommuledger.agent.linux.VfioAbi.IommuType1InfoDmaAvail;
import io.iommuledger.agent.linux.VfioAbi.PciDependentDevice;
import io.iommuledger.agent.linux.VfioAbi.PciHotResetInfo;
import io.iommuledger.agent.linux.VfioAbi.RegionInfoCapSparseMmap;
import io.iommuledger.agent.linux.VfioAbi.RegionSparseMmapArea;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads the structs that the kernel filled. Pure; an answer that contradicts itself is an IllegalStateException. */
final class VfioAnswers {

    private VfioAnswers() {}

    /** @param info {@code struct vfio_region_info} and its chain */
    static RegionInfo regionInfo(ByteBuffer info) {
        int flags = info.getInt(VfioAbi.RegionInfo.FLAGS);
        long size = info.getLong(VfioAbi.RegionInfo.SIZE);
        return new RegionInfo(
                info.getInt(VfioAbi.RegionInfo.INDEX),
                flags,
                size,
                info.getLong(VfioAbi.RegionInfo.OFFSET),
                (flags & VfioFlags.VFIO_REGION_INFO_FLAG_MMAP) == 0 || size == 0
                        ? List.of()
                        : mmapAreas(info, flags, size));
    }

    private static List<MmapArea> mmapAreas(ByteBuffer info, int flags, long size) {
        if ((flags & VfioFlags.VFIO_REGION_INFO_FLAG_CAPS) != 0) {
            int first = info.getInt(VfioAbi.RegionInfo.CAP_OFFSET);
            for (Capability capability : CapabilityChain.parse(info, VfioAbi.RegionInfo.BYTES, first)) {
                if (capability.id() == VfioFlags.VFIO_REGION_INFO_CAP_SPARSE_MMAP) {
                    return sparseAreas(info, capability.offset(), size);
                }
            }
        }
        return List.of(new MmapArea(0, size));
    }

    private static List<MmapArea> sparseAreas(ByteBuffer info, int at, long regionSize) {
        require(info, VfioAbi.RegionInfo.BYTES, at, RegionInfoCapSparseMmap.AREAS);
        long count = Integer.toUnsignedLong(info.getInt(at + RegionInfoCapSparseMmap.NR_AREAS));
        require(info, VfioAbi.RegionInfo.BYTES, at, RegionInfoCapSparseMmap.AREAS + count * RegionSparseMmapArea.BYTES);
        MmapArea region = new MmapArea(0, regionSize);
        List<MmapArea> areas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int area = at + RegionInfoCapSparseMmap.AREAS + i * RegionSparseMmapArea.BYTES;
            long offset = info.getLong(area + RegionSparseMmapArea.OFFSET);
            long size = info.getLong(area + RegionSparseMmapArea.SIZE);
            if (!region.contains(offset, size)) {
                throw new IllegalStateException("mmap area outside its region: offset=0x%x, size=0x%x, region size=0x%x"
                        .formatted(offset, size, regionSize));
            }
            if (size != 0) {
                areas.add(new MmapArea(offset, size));
            }
        }
        return List.copyOf(areas);
    }

    /** @param info {@code struct vfio_iommu_type1_info} and its chain */
    static IommuInfo iommuInfo(ByteBuffer info) {
        int flags = info.getInt(IommuType1Info.FLAGS);
        long pageSizes =
                (flags & VfioFlags.VFIO_IOMMU_INFO_PGSIZES) == 0 ? 0 : info.getLong(IommuType1Info.IOVA_PGSIZES);
        int first = (flags & VfioFlags.VFIO_IOMMU_INFO_CAPS) == 0 ? 0 : info.getInt(IommuType1Info.CAP_OFFSET);
        List<IovaRange> ranges = List.of();
        OptionalLong available = OptionalLong.empty();
        for (Capability capability : CapabilityChain.parse(info, IommuType1Info.BYTES, first)) {
            if (capability.id() == VfioFlags.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE) {
                ranges = iovaRanges(info, capability.offset());
            } else if (capability.id() == VfioFlags.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL) {
                available = dmaAvail(info, capability.offset());
            }
        }
        return new IommuInfo(pageSizes, ranges, available);
    }

    private static OptionalLong dmaAvail(ByteBuffer info, int at) {
        require(info, IommuType1Info.BYTES, at, IommuType1InfoDmaAvail.BYTES);
        return OptionalLong.of(Integer.toUnsignedLong(info.getInt(at + IommuType1InfoDmaAvail.AVAIL)));
    }

    private static List<IovaRange> iovaRanges(ByteBuffer info, int at) {
        require(info, IommuType1Info.BYTES, at, IommuType1InfoCapIovaRange.IOVA_RANGES);
        long count = Integer.toUnsignedLong(info.getInt(at + IommuType1InfoCapIovaRange.NR_IOVAS));
        long bytes = IommuType1InfoCapIovaRange.IOVA_RANGES + count * VfioAbi.IovaRange.BYTES;
        require(info, IommuType1Info.BYTES, at, bytes);
        List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int range = at + IommuType1InfoCapIovaRange.IOVA_RANGES + i * VfioAbi.IovaRange.BYTES;
            long start = info.getLong(range + VfioAbi.IovaRange.START);
            long last = info.getLong(range + VfioAbi.IovaRange.END);
            if (Long.compareUnsigned(last, start) < 0) {
                throw new IllegalStateException("IOVA range ends before it starts: start=%s, last=%s"
                        .formatted(IovaRange.hex(start), IovaRange.hex(last)));
            }
            ranges.add(new IovaRange(start, last));
        }
        return List.copyOf(ranges);
    }

    /** @param info {@code struct vfio_pci_hot_reset_info} and its devices */
    static List<HotResetDependent> hotResetInfo(ByteBuffer info) {
        long count = Integer.toUnsignedLong(info.getInt(PciHotResetInfo.COUNT));
        if (PciHotResetInfo.DEVICES + count * PciDependentDevice.BYTES > info.limit()) {
            throw new IllegalStateException(
                    "more devices than the argument holds: count=%d, bytes=%d".formatted(count, info.limit()));
        }
        List<HotResetDependent> dependents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            dependents.add(dependent(info, PciHotResetInfo.DEVICES + i * PciDependentDevice.BYTES));
        }
        return List.copyOf(dependents);
    }

    private static HotResetDependent dependent(ByteBuffer info, int at) {
        int devfn = Byte.toUnsignedInt(info.get(at + PciDependentDevice.DEVFN));
        return new HotResetDependent(
                info.getInt(at + PciDependentDevice.GROUP_ID),
                new PciAddress(
                        Short.toUnsignedInt(info.getShort(at + PciDependentDevice.SEGMENT)),
                        Byte.toUnsignedInt(info.get(at + PciDependentDevice.BUS)),
                        devfn >>> 3,
                        devfn & 7));
    }
}
