package io.iommuledger.agent.linux;

import com.sun.jna.LastErrorException;
import io.iommuledger.agent.kernel.Fd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.lang.ref.Reference;

/** The system calls again, with an errno as a {@link KernelRefused} that names the call. */
final class KernelCalls {
    /** Of {@code struct statx}, include/uapi/linux/stat.h. */
    private static final int STATX_BYTES = 256;

    private static final int STX_MODE = 28;

    private final SystemCalls libc;
    private final NativeBlock status = new NativeBlock(STATX_BYTES);

    KernelCalls(SystemCalls libc) {
        this.libc = libc;
    }

    int open(String path) throws KernelRefused {
        return open(path, LibcFlags.O_RDWR);
    }

    int open(String path, int access) throws KernelRefused {
        try {
            return libc.open(path, access | LibcFlags.O_CLOEXEC);
        } catch (LastErrorException e) {
            throw refused("open " + path, e);
        }
    }

    /** Never tried again after EINTR: Linux has given the number back by then, and it may be another file's. */
    void close(Fd fd) throws KernelRefused {
        close(fd.number());
    }

    void close(int fd) throws KernelRefused {
        try {
            libc.close(fd);
        } catch (LastErrorException e) {
            throw refused("close", e);
        }
    }

    /** {@code stx_mode} of {@code statx}, whose type bits alone are asked for. */
    int mode(Fd fd) throws KernelRefused {
        try {
            libc.statx(fd.number(), "", LibcFlags.AT_EMPTY_PATH, LibcFlags.STATX_TYPE, status.address());
            return Short.toUnsignedInt(status.view().getShort(STX_MODE));
        } catch (LastErrorException e) {
            throw refused("statx", e);
        } finally {
            Reference.reachabilityFence(status);
        }
    }

    <F extends Fd> int ioctl(F fd, VfioRequest<F> request, long value) throws KernelRefused {
        try {
            return libc.ioctl(fd.number(), request.number(), value);
        } catch (LastErrorException e) {
            throw refused(request.name(), e);
        }
    }

    <F extends Fd> int ioctl(F fd, VfioRequest<F> request, NativeBlock argument) throws KernelRefused {
        try {
            return ioctl(fd, request, argument.address());
        } finally {
            // Only its address went to the kernel, which does not keep the memory from being collected.
            Reference.reachabilityFence(argument);
        }
    }

    long pread(Fd fd, NativeBlock into, int bytes, long offset) throws KernelRefused {
        while (true) {
            try {
                return libc.pread(fd.number(), into.address(), bytes, offset);
            } catch (LastErrorException e) {
                throwUnlessInterrupted("pread", e);
            } finally {
                Reference.reachabilityFence(into);
            }
        }
    }

    long pwrite(Fd fd, NativeBlock from, int bytes, long offset) throws KernelRefused {
        while (true) {
            try {
                return libc.pwrite(fd.number(), from.address(), bytes, offset);
            } catch (LastErrorException e) {
                throwUnlessInterrupted("pwrite", e);
            } finally {
                Reference.reachabilityFence(from);
            }
        }
    }

    /** Readable and writable memory, where the kernel likes it. */
    long mmap(long bytes, int flags, int fd, long offset) throws KernelRefused {
        return mmap(bytes, LibcFlags.PROT_READ | LibcFlags.PROT_WRITE, flags, fd, offset);
    }

    long mmap(long bytes, int protection, int flags, int fd, long offset) throws KernelRefused {
        try {
            return libc.mmap(0, bytes, protection, flags, fd, offset);
        } catch (LastErrorException e) {
            throw refused("mmap", e);
        }
    }

    void mprotect(long address, long bytes, int protection) throws KernelRefused {
        try {
            libc.mprotect(address, bytes, protection);
        } catch (LastErrorException e) {
            throw refused("mprotect", e);
        }
    }

    void munmap(long address, long bytes) throws KernelRefused {
        try {
            libc.munmap(address, bytes);
        } catch (LastErrorException e) {
            throw refused("munmap", e);
        }
    }

    private static void throwUnlessInterrupted(String call, LastErrorException e) throws KernelRefused {
        if (e.getErrorCode() != Errno.EINTR.number()) {
            throw refused(call, e);
        }
    }

    private static KernelRefused refused(String call, LastErrorException e) {
        return new KernelRefused(call, new Errno(e.getErrorCode()));
    }
}
