package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;
import io.iommuledger.lifecycle.evidence.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.stream.IntStream;

/** A kernel that gives the answers it was told to give, each once and in order, to whatever call comes. */
final class ScriptedCalls implements SystemCalls {
    private final Deque<Step> steps = new ArrayDeque<>();

    /** What the kernel does with a call: may read and write the memory at {@code argument}. */
    @FunctionalInterface
    interface Step {
        long answer(Call call);
    }

    /** @param request of an ioctl; else the flags or the like, 0 if there are none */
    record Call(String name, int fd, long request, long argument, long bytes, long offset) {

        /** The argument's memory, as long as its first field says. */
        ByteBuffer struct() {
            return memory(memory(Integer.BYTES).getInt(0));
        }

        void assertIoctl(int expectedFd, long expectedRequest, int argsz) {
            assertThat(fd).isEqualTo(expectedFd);
            assertThat(request).isEqualTo(expectedRequest);
            assertThat(struct().getInt(0)).isEqualTo(argsz);
        }

        /** The argument begins with these 32-bit values. */
        void assertInts(int... values) {
            ByteBuffer struct = struct();
            assertThat(IntStream.range(0, values.length).map(i -> struct.getInt(4 * i)))
                    .containsExactly(IntStream.of(values).boxed().toArray(Integer[]::new));
        }

        ByteBuffer memory(long size) {
            return new Pointer(argument).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
        }
    }

    ScriptedCalls(Step... steps) {
        this.steps.addAll(Arrays.asList(steps));
    }

    static Step fails(Errno errno) {
        return call -> {
            throw new LastErrorException(errno.number());
        };
    }

    boolean finished() {
        return steps.isEmpty();
    }

    private long next(Call call) {
        return Objects.requireNonNull(steps.poll(), () -> "no answer left for " + call)
                .answer(call);
    }

    @Override
    public int open(String path, int flags) {
        return (int) next(new Call("open " + path, -1, flags, 0, 0, 0));
    }

    @Override
    public int close(int fd) {
        return (int) next(new Call("close", fd, 0, 0, 0, 0));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return (int) next(new Call("ioctl", fd, request, argument, 0, 0));
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        return next(new Call("lseek", fd, whence, 0, 0, offset));
    }

    @Override
    public int poll(long files, long count, int millis) {
        return (int) next(new Call("poll", -1, 0, files, count, millis));
    }

    @Override
    public long read(int fd, long buffer, long bytes) {
        return next(new Call("read", fd, 0, buffer, bytes, 0));
    }

    @Override
    public int statx(int directory, String path, int flags, int mask, long buffer) {
        return (int) next(new Call("statx", directory, flags, buffer, mask, 0));
    }

    @Override
    public long pread(int fd, long buffer, long bytes, long offset) {
        return next(new Call("pread", fd, 0, buffer, bytes, offset));
    }

    @Override
    public long pwrite(int fd, long buffer, long bytes, long offset) {
        return next(new Call("pwrite", fd, 0, buffer, bytes, offset));
    }

    @Override
    public long mmap(long address, long bytes, int protection, int flags, int fd, long offset) {
        return next(new Call("mmap", fd, flags, address, bytes, offset));
    }

    @Override
    public int mprotect(long address, long bytes, int protection) {
        throw new AssertionError("mprotect is for scripts");
    }

    @Override
    public int munmap(long address, long bytes) {
        return (int) next(new Call("munmap", -1, 0, address, bytes, 0));
    }
}
