package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The agent's virtual address space: anonymous memory and windows on BARs. Neighbours touch, as they do in Linux. */
final class SimulatedMemory {

    static final long PAGE = 4096;
    private static final long LOWEST = 0x10000L;
    private static final long TASK_SIZE = 0x7fff_ffff_f000L;
    private static final long TOP = 0x7fff_f7ff_f000L;

    private final TreeMap<Long, MemoryArea> areas = new TreeMap<>();
    private final FreeSpace free = new FreeSpace(LOWEST, TOP);

    /** @param pageBytes 4 KiB, or a huge page size, to which the kernel rounds up */
    long mapAnonymous(long size, long pageBytes, MemoryAccess access) throws KernelRefused {
        return place(size, access, new AnonymousMemory(), 0, pageBytes, Optional.empty());
    }

    /** A file is as long as anybody maps it. */
    long mapFile(Backing content, long offset, long size, MemoryAccess access) throws KernelRefused {
        if (offset % PAGE != 0) {
            throw new KernelRefused("mmap", Errno.EINVAL);
        }
        return place(size, access, content, offset, PAGE, Optional.empty());
    }

    /** The caller has checked that the window lies inside the BAR. */
    long mapBar(DeviceFile file, BarMemory bar, long offset, long size) throws KernelRefused {
        long vaddr = place(size, MemoryAccess.READ_WRITE, bar, offset, PAGE, Optional.of(file));
        file.retain();
        return vaddr;
    }

    private long place(
            long size, MemoryAccess access, Backing backing, long offset, long pageBytes, Optional<DeviceFile> file)
            throws KernelRefused {
        if (size == 0) {
            throw new KernelRefused("mmap", Errno.EINVAL);
        }
        if (Long.compareUnsigned(size, TASK_SIZE) > 0) {
            throw new KernelRefused("mmap", Errno.ENOMEM);
        }
        long bytes = roundUp(size, pageBytes);
        long start = free.take(bytes, pageBytes).orElseThrow(() -> new KernelRefused("mmap", Errno.ENOMEM));
        areas.put(start, new MemoryArea(start, start + bytes, access, backing, offset, pageBytes, file));
        return start;
    }

    void unmap(long vaddr, long size) throws KernelRefused {
        if (vaddr % PAGE != 0
                || size == 0
                || Long.compareUnsigned(vaddr, TASK_SIZE) > 0
                || Long.compareUnsigned(size, TASK_SIZE - vaddr) > 0) {
            throw new KernelRefused("munmap", Errno.EINVAL);
        }
        long end = vaddr + roundUp(size, PAGE);
        requireWholePages(vaddr);
        requireWholePages(end);
        split(vaddr);
        split(end);
        Map<Long, MemoryArea> gone = areas.subMap(vaddr, end);
        List<MemoryArea> removed = List.copyOf(gone.values());
        gone.clear();
        for (MemoryArea area : removed) {
            free.give(area.start(), area.end());
            area.file().ifPresent(OpenFile::release);
        }
    }

    void clear() {
        List.copyOf(areas.values()).forEach(area -> {
            areas.remove(area.start());
            free.give(area.start(), area.end());
            area.file().ifPresent(OpenFile::release);
        });
    }

    boolean deviceMemory(long vaddr, long size) throws KernelRefused {
        String call = "read /proc/self/smaps";
        if (size == 0 || Long.compareUnsigned(vaddr + size - 1, vaddr) < 0) {
            throw new KernelRefused(call, Errno.EINVAL);
        }
        for (long at = vaddr; at - vaddr < size; ) {
            MemoryArea area = areaAt(at).orElseThrow(() -> new KernelRefused(call, Errno.EFAULT));
            if (area.backing() instanceof BarMemory) {
                return true;
            }
            at = area.end();
        }
        return false;
    }

    /** A huge page cannot be cut (hugetlb_vm_op_split). */
    private void requireWholePages(long cut) throws KernelRefused {
        Optional<MemoryArea> area = areaAt(cut);
        if (area.isPresent() && cut % area.get().pageBytes() != 0) {
            throw new KernelRefused("munmap", Errno.EINVAL);
        }
    }

    private void split(long cut) {
        areaAt(cut).filter(area -> area.start() != cut).ifPresent(area -> {
            areas.put(area.start(), area.below(cut));
            areas.put(cut, area.from(cut));
            area.file().ifPresent(OpenFile::retain);
        });
    }

    /** Finds the bytes behind a range, page by page like the kernel, up to the first page that cannot be had. */
    List<PinnedPages> pin(long vaddr, long size, MemoryAccess wanted) {
        List<PinnedPages> pinned = new ArrayList<>(1);
        long left = size;
        for (long at = vaddr; left > 0; ) {
            Optional<MemoryArea> found = areaAt(at);
            if (found.isEmpty()
                    || !found.get().access().permits(wanted)
                    || !found.get().backing().mappable()) {
                return pinned;
            }
            MemoryArea area = found.get();
            long bytes = Math.min(left, area.end() - at);
            pinned.add(new PinnedPages(area.backing(), area.offsetOf(at), bytes));
            at += bytes;
            left -= bytes;
        }
        return List.copyOf(pinned);
    }

    /** The content at an address, which a bus master or the processor put there; empty if nobody did. */
    String textAt(long vaddr) {
        MemoryArea area = at(vaddr);
        return area.backing().textAt(area.offsetOf(vaddr)).orElse("");
    }

    void protect(long vaddr, MemoryAccess access) {
        MemoryArea area = at(vaddr);
        areas.put(area.start(), area.protectedAs(access));
    }

    MemoryArea at(long vaddr) {
        return areaAt(vaddr)
                .orElseThrow(
                        () -> new IllegalArgumentException("nothing is mapped at vaddr=0x" + Long.toHexString(vaddr)));
    }

    void tag(long vaddr, String tag) {
        MemoryArea area = areaAt(vaddr)
                .orElseThrow(
                        () -> new IllegalArgumentException("nothing is mapped at vaddr=0x" + Long.toHexString(vaddr)));
        area.backing().tag(area.offsetOf(vaddr), tag);
    }

    private Optional<MemoryArea> areaAt(long vaddr) {
        Map.Entry<Long, MemoryArea> below = areas.floorEntry(vaddr);
        return below == null || below.getValue().end() <= vaddr ? Optional.empty() : Optional.of(below.getValue());
    }

    private static long roundUp(long size, long unit) {
        return (size + unit - 1) & -unit;
    }
}
