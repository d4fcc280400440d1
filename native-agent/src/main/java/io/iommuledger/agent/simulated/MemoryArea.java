package io.iommuledger.agent.simulated;

import java.util.Optional;

/**
 * A part of the address space that one {@code mmap} made, the kernel's VMA.
 *
 * @param end       first byte behind it
 * @param offset    where in the backing it starts
 * @param pageBytes its page size, which {@code munmap} respects
 * @param file      the device's file that a BAR window keeps open
 */
record MemoryArea(
        long start,
        long end,
        MemoryAccess access,
        Backing backing,
        long offset,
        long pageBytes,
        Optional<DeviceFile> file) {

    long offsetOf(long vaddr) {
        return offset + (vaddr - start);
    }

    MemoryArea protectedAs(MemoryAccess now) {
        return new MemoryArea(start, end, now, backing, offset, pageBytes, file);
    }

    MemoryArea below(long cut) {
        return new MemoryArea(start, cut, access, backing, offset, pageBytes, file);
    }

    MemoryArea from(long cut) {
        return new MemoryArea(cut, end, access, backing, offsetOf(cut), pageBytes, file);
    }
}
