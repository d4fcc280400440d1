package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
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
    private final IommuDriver driver;
    private final long pageMask;
    private final IovaList iovas = new IovaList();
    private final DmaList mappings;

    Type1(Type1Flavour flavour, Topology topology, KernelVersion kernel, IommuDriver driver) {
        this.flavour = flavour;
        this.topology = topology;
        this.kernel = kernel;
        this.driver = driver;
        this.pageMask = Long.lowestOneBit(topology.pageSizes()) - 1;
        this.mappings = new DmaList(kernel);
    }

    IommuInfo info() {
        return new IommuInfo(
                topology.pageSizes(),
                iovas.ranges(),
                OptionalLong.of(topology.mappingLimit() - (long) mappings.size()));
    }

    void attach(int group, IovaSpace space, String call) throws KernelRefused {
        refuseIf(!iovas.join(group, space, mappings::overlaps), call, Errno.EINVAL);
    }

    void detach(int group) {
        iovas.leave(group);
    }

    void map(SimulatedProcess process, long vaddr, long iova, long size, int access) throws KernelRefused {
        checkMapArguments(vaddr, iova, size, access);
        long last = iova + size - 1;
        refuseIf(mappings.overlaps(iova, last), MAP, Errno.EEXIST);
        refuseIf(mappings.size() >= topology.mappingLimit(), MAP, Errno.ENOSPC);
        refuseIf(!iovas.holds(iova, last), MAP, Errno.EINVAL);
        pinAndAdd(process, vaddr, iova, size, access);
    }

    /** Page by page: of a page that cannot be had and one that may not be locked, the lower one decides. */
    private void pinAndAdd(SimulatedProcess process, long vaddr, long iova, long size, int access)
            throws KernelRefused {
        MemoryAccess wanted = (access & WRITE) != 0 ? MemoryAccess.READ_WRITE : MemoryAccess.READ_ONLY;
        List<PinnedPages> pages = process.memory().pin(vaddr, size, wanted);
        LockedMemory account = process.lockedMemory();
        long locked = LockedMemory.chargeOf(pages);
        refuseIf(!account.permits(locked), MAP, Errno.ENOMEM);
        refuseIf(bytesOf(pages) != size, MAP, Errno.EFAULT);
        Optional<Errno> failed = driver.map(iova, size);
        if (failed.isPresent()) {
            throw new KernelRefused(MAP, failed.get());
        }
        mappings.add(new Type1Mapping(iova, iova + size - 1, access, vaddr, pages), account, locked);
    }

    private static long bytesOf(List<PinnedPages> pages) {
        long bytes = 0;
        for (PinnedPages part : pages) {
            bytes += part.size();
        }
        return bytes;
    }

    /** Before 6.18 wrap came after alignment, but both were EINVAL then, so one order serves all. */
    private void checkMapArguments(long vaddr, long iova, long size, int access) throws KernelRefused {
        refuseIf((access & ~READ_WRITE) != 0, MAP, Errno.EINVAL);
        refuseIf(size == 0, MAP, Errno.EINVAL);
        refuseIf(wraps(iova, size) || wraps(vaddr, size), MAP, kernel.wrap());
        refuseIf(access == 0, MAP, Errno.EINVAL);
        refuseIf(((vaddr | iova | size) & pageMask) != 0, MAP, Errno.EINVAL);
    }

    long unmap(long iova, long size, int flags) throws KernelRefused {
        checkUnmapArguments(iova, size, flags);
        if ((flags & UNMAP_ALL) != 0) {
            return bytesOfAll(mappings.removeAll());
        }
        long last = iova + size - 1;
        if (mappings.removeExact(iova, last)) {
            return size;
        }
        boolean headCut =
                mappings.at(iova).filter(mapping -> mapping.iova() != iova).isPresent();
        if (flavour == Type1Flavour.V1) {
            return headCut ? 0 : bytesOfAll(mappings.removeWithin(iova, last));
        }
        boolean tailCut =
                mappings.at(last).filter(mapping -> mapping.last() != last).isPresent();
        refuseIf(headCut || tailCut, UNMAP, Errno.EINVAL);
        return bytesOfAll(mappings.removeWithin(iova, last));
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

    /** The last group has left. */
    void dropAll() {
        mappings.drop();
    }

    private static long bytesOfAll(List<Type1Mapping> removed) {
        long bytes = 0;
        for (Type1Mapping mapping : removed) {
            bytes += mapping.size();
        }
        return bytes;
    }

    /** In order of their addresses. */
    List<Type1Mapping> mappings() {
        return mappings.values();
    }

    /** A DMA read by a device of this container. */
    DmaAnswer read(long iova) {
        return mappings.translating(iova)
                .filter(mapping -> kernel.deviceReads(mapping.access()))
                .map(mapping -> mapping.read(iova))
                .orElseGet(DmaAnswer.Fault::new);
    }

    /** A DMA write by a device of this container, of what then stands at the start of the page; lost where it may not. */
    void write(long iova, String tag) {
        mappings.translating(iova)
                .filter(mapping -> (mapping.access() & WRITE) != 0)
                .ifPresent(mapping -> mapping.write(iova, tag));
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
