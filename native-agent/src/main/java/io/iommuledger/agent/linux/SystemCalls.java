package io.iommuledger.agent.linux;

import com.sun.jna.LastErrorException;

/**
 * The calls of libc that VFIO needs, on a 64-bit Linux: pointers, {@code size_t}, {@code off_t} and
 * {@code unsigned long} are {@code long}. {@link Libc} makes them; tests script them.
 *
 * <p>A call that fails throws with its errno; what it returns otherwise is the kernel's own number.
 */
interface SystemCalls {

    int open(String path, int flags) throws LastErrorException;

    int close(int fd) throws LastErrorException;

    /** @param argument a native address or a plain value, as the request has it */
    int ioctl(int fd, long request, long argument) throws LastErrorException;

    long lseek(int fd, long offset, int whence) throws LastErrorException;

    /** @param files address of {@code struct pollfd}s */
    int poll(long files, long count, int millis) throws LastErrorException;

    long read(int fd, long buffer, long bytes) throws LastErrorException;

    int statx(int directory, String path, int flags, int mask, long buffer) throws LastErrorException;

    long pread(int fd, long buffer, long bytes, long offset) throws LastErrorException;

    long pwrite(int fd, long buffer, long bytes, long offset) throws LastErrorException;

    long mmap(long address, long bytes, int protection, int flags, int fd, long offset) throws LastErrorException;

    int mprotect(long address, long bytes, int protection) throws LastErrorException;

    int munmap(long address, long bytes) throws LastErrorException;
}
