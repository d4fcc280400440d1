package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The address space of one container and its rules, in the order in which drivers/vfio/vfio_iommu_type1.c checks them
 * ({@code vfio_dma_do_map}, {@code vfio_dma_do_unmap}). A refusal leaves everything as it was.
 */
final class Type1 {

    private static final int WRITE = 2;
    private static final int READ_WRITE = 3;
    private static final int UNMAP_ALL = 2;
    private static final String MAP = "VFIO_IOMMU_MAP_DMA";
    private static final String UNMAP = "VFIO_IOMMU_UNMAP_DMA";

    private final Type1Flavour flavour;
    private final Topology topology;
    private final KernelVersion kernel;
    private final SimulatedMemory memory;
    private final long pageMask;
    private final IovaIndex mappings = new IovaIndex();

    Type1(Type1Flavour flavour, Topology topology, KernelVersion kernel, SimulatedMemory memory) {
        this.flavour = flavour;
        this.topology = topology;
        this.kernel = kernel;
        this.memory = memory;
        this.pageMask = Long.lowestOneBit(topology.pageSizes()) - 1;
    }

    IommuInfo info() {
        return new IommuInfo(
                topology.pageSizes(),
                topology.iovaRanges(),
                OptionalLong.of(topology.mappingLimit() - (long) mappings.size()));
    }

    void map(long vaddr, long iova, long size, int access) throws KernelRefused {
        checkMapArguments(vaddr, iova, size, access);
        long last = iova + size - 1;
        refuseIf(mappings.overlaps(iova, last), MAP, Errno.EEXIST);
        refuseIf(mappings.size() >= topology.mappingLimit(), MAP, Errno.ENOSPC);
        refuseIf(!mappable(new IovaRange(iova, last)), MAP, Errno.EINVAL);
        MemoryAccess wanted = (access & WRITE) != 0 ? MemoryAccess.READ_WRITE : MemoryAccess.READ_ONLY;
        List<PinnedPages> pages =
                memory.pin(vaddr, size, wanted).orElseThrow(() -> new KernelRefused(MAP, Errno.EFAULT));
        mappings.add(new Type1Mapping(iova, last, access, pages));
    }

    /** Before 6.18 wrap came after alignment, but both were EINVAL then, so one order serves all. */
    private void checkMapArguments(long vaddr, long iova, long size, int access) throws KernelRefused {
        refuseIf((access & ~READ_WRITE) != 0, MAP, Errno.EINVAL);
        refuseIf(size == 0, MAP, Errno.EINVAL);
        refuseIf(wraps(iova, size) || wraps(vaddr, size), MAP, kernel.wrap());
        refuseIf(access == 0, MAP, Errno.EINVAL);
        refuseIf(((vaddr | iova | size) & pageMask) != 0, MAP, Errno.EINVAL);
    }

    /** Wholly inside one range; without a list the kernel does not look. */
    private boolean mappable(IovaRange asked) {
        List<IovaRange> ranges = topology.iovaRanges();
        return ranges.isEmpty() || ranges.stream().anyMatch(range -> range.contains(asked));
    }

    long unmap(long iova, long size, int flags) throws KernelRefused {
        checkUnmapArguments(iova, size, flags);
        if ((flags & UNMAP_ALL) != 0) {
            return remove(0, -1);
        }
        long last = iova + size - 1;
        if (mappings.removeExact(iova, last)) {
            return size;
        }
        Optional<Type1Mapping> tail = mappings.floor(last).filter(below -> below.reaches(iova));
        if (tail.isEmpty()) {
            return 0;
        }
        boolean headCut = tail.get().iova() != iova && startsBelow(iova);
        boolean tailCut = Long.compareUnsigned(tail.get().last(), last) > 0;
        if (flavour == Type1Flavour.V1) {
            return headCut ? 0 : remove(iova, last);
        }
        refuseIf(headCut || tailCut, UNMAP, Errno.EINVAL);
        return remove(iova, last);
    }

    /** Whether a mapping that holds this address begins before it. */
    private boolean startsBelow(long iova) {
        return mappings.lower(iova).filter(below -> below.reaches(iova)).isPresent();
    }

    private void checkUnmapArguments(long iova, long size, int flags) throws KernelRefused {
        refuseIf((flags & ~UNMAP_ALL) != 0, UNMAP, Errno.EINVAL);
        refuseIf((iova & pageMask) != 0, UNMAP, Errno.EINVAL);
        if ((flags & UNMAP_ALL) != 0) {
            refuseIf(iova != 0 || size != 0, UNMAP, Errno.EINVAL);
        } else {
            refuseIf(size == 0 || (size & pageMask) != 0, UNMAP, Errno.EINVAL);
            refuseIf(wraps(iova, size), UNMAP, kernel.wrap());
        }
    }

    private long remove(long first, long last) {
        long bytes = 0;
        for (Type1Mapping mapping : mappings.removeWithin(first, last)) {
            bytes += mapping.size();
        }
        return bytes;
    }

    List<IovaRange> standing() {
        return mappings.values().stream()
                .map(mapping -> new IovaRange(mapping.iova(), mapping.last()))
                .toList();
    }

    /** A DMA read by a device of this container. */
    DmaAnswer read(long iova) {
        return mappings.floor(iova)
                .filter(below -> below.reaches(iova) && kernel.deviceReads(below.access()))
                .map(below -> below.read(iova))
                .orElseGet(DmaAnswer.Fault::new);
    }

    /** A DMA write by a device of this container, of what then stands at the start of the page; lost where it may not. */
    void write(long iova, String tag) {
        mappings.floor(iova)
                .filter(below -> below.reaches(iova) && (below.access() & WRITE) != 0)
                .ifPresent(below -> below.write(iova, tag));
    }

    private static boolean wraps(long start, long size) {
        return Long.compareUnsigned(start + size - 1, start) < 0;
    }

    private static void refuseIf(boolean refused, String call, Errno errno) throws KernelRefused {
        if (refused) {
            throw new KernelRefused(call, errno);
        }
    }
}
