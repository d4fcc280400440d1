package io.iommuledger.agent.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * libc by JNA's direct mapping: each native method is bound to the symbol of its name in this process.
 *
 * <p>{@code throws LastErrorException} is what makes JNA clear errno before the call and look at it right after, on the
 * same thread; asking {@code Native.getLastError()} later would find what the JVM left there in between.
 *
 * <p>{@code open} and {@code ioctl} are variadic in C. The System V ABI of x86-64 and the AAPCS64 of arm64 Linux pass
 * integers to them as to any other function, so no variadic call is needed.
 */
final class Libc implements SystemCalls {

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    @Override
    public native int open(String path, int flags) throws LastErrorException;

    @Override
    public native int close(int fd) throws LastErrorException;

    @Override
    public native int ioctl(int fd, long request, long argument) throws LastErrorException;

    @Override
    public native long lseek(int fd, long offset, int whence) throws LastErrorException;

    @Override
    public native int poll(long files, long count, int millis) throws LastErrorException;

    @Override
    public native long read(int fd, long buffer, long bytes) throws LastErrorException;

    /** Of glibc 2.28; unlike {@code struct stat}, its answer has one layout on all architectures. */
    @Override
    public native int statx(int directory, String path, int flags, int mask, long buffer) throws LastErrorException;

    @Override
    public native long pread(int fd, long buffer, long bytes, long offset) throws LastErrorException;

    @Override
    public native long pwrite(int fd, long buffer, long bytes, long offset) throws LastErrorException;

    @Override
    public native long mmap(long address, long bytes, int protection, int flags, int fd, long offset)
            throws LastErrorException;

    @Override
    public native int mprotect(long address, long bytes, int protection) throws LastErrorException;

    @Override
    public native int munmap(long address, long bytes) throws LastErrorException;
}
