package io.iommuledger.agent.linux;

import com.sun.jna.LastErrorException;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.lang.ref.Reference;

/** The calls with which a file is followed that grows while it is read. */
final class LogCalls {
    private static final int SEEK_END = 2;
    private static final short POLLIN = 1;

    /** {@code struct pollfd}: int fd, short events, short revents. */
    private static final int POLLFD_BYTES = 8;

    private final SystemCalls libc;
    private final NativeBlock poll = new NativeBlock(POLLFD_BYTES);

    LogCalls(SystemCalls libc) {
        this.libc = libc;
    }

    void seekEnd(int fd) throws KernelRefused {
        try {
            libc.lseek(fd, 0, SEEK_END);
        } catch (LastErrorException e) {
            throw refused("lseek", e);
        }
    }

    /** Waits for something to read, or for the time to pass; which of them it was the next read tells. */
    void await(int fd, int millis) throws KernelRefused {
        poll.cleared().putInt(0, fd).putShort(4, POLLIN);
        try {
            libc.poll(poll.address(), 1, millis);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.EINTR.number()) {
                throw refused("poll", e);
            }
        } finally {
            Reference.reachabilityFence(poll);
        }
    }

    int read(int fd, NativeBlock into) throws KernelRefused {
        try {
            return (int) libc.read(fd, into.address(), into.bytes());
        } catch (LastErrorException e) {
            throw refused("read", e);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    private static KernelRefused refused(String call, LastErrorException e) {
        return new KernelRefused(call, new Errno(e.getErrorCode()));
    }
}
