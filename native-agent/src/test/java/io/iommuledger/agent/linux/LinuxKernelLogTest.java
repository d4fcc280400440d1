package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.agent.linux.ScriptedCalls.Step;
import io.iommuledger.lifecycle.evidence.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Following {@code /dev/kmsg}. */
class LinuxKernelLogTest {
    private static final int FD = 7;
    private static final int SEEK_END = 2;
    private static final Step OPENED = call -> {
        assertThat(call.name()).isEqualTo("open /dev/kmsg");
        assertThat(call.request()).isEqualTo(LibcFlags.O_RDONLY | LibcFlags.O_NONBLOCK | LibcFlags.O_CLOEXEC);
        return FD;
    };
    private static final Step AT_THE_END = call -> {
        assertThat(call.name()).isEqualTo("lseek");
        assertThat(call.fd()).isEqualTo(FD);
        assertThat(call.request()).isEqualTo(SEEK_END);
        assertThat(call.offset()).isZero();
        return 0;
    };
    private static final Step READY = call -> {
        assertThat(call.name()).isEqualTo("poll");
        return 1;
    };

    @Test
    void onlyWhatIsPrintedAfterItWasOpenedCounts(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("kmsg"), "6,1,10,-;before\n");
        try (KernelLog log = LinuxKernelLog.open(file).orElseThrow()) {
            Files.writeString(file, "6,2,5,-;after\n", StandardOpenOption.APPEND);
            assertThat(log.next())
                    .as("its time is below the other's: only the order counts")
                    .isEqualTo(new KernelLog.Line(5_000, "after"));
        }
    }

    @Test
    void anOverrunIsToldByItsErrnoAndReadingGoesOn() throws IOException {
        ScriptedCalls kernel = new ScriptedCalls(
                OPENED,
                AT_THE_END,
                READY,
                ScriptedCalls.fails(Errno.EPIPE),
                READY,
                ScriptedCalls.fails(Errno.EAGAIN),
                READY,
                record("6,99,5140900,-;still here\n"),
                READY,
                ScriptedCalls.fails(Errno.EIO),
                call -> 0);
        KernelLog log = LinuxKernelLog.open(kernel, Path.of("/dev/kmsg")).orElseThrow();
        assertThat(log.next()).isEqualTo(new KernelLog.Overrun());
        assertThat(log.next()).isEqualTo(new KernelLog.Line(5_140_900_000L, "still here"));
        assertThatThrownBy(log::next).isInstanceOf(IOException.class).hasMessage("read: EIO (5)");
        log.close();
        assertThat(kernel.finished()).isTrue();
    }

    @Test
    void aLogThatCannotBeReadFromItsEndIsNotFollowed() {
        ScriptedCalls kernel = new ScriptedCalls(OPENED, ScriptedCalls.fails(Errno.EINVAL), call -> {
            assertThat(call.name()).isEqualTo("close");
            return 0;
        });
        assertThat(LinuxKernelLog.open(kernel, Path.of("/dev/kmsg"))).isEmpty();
        assertThat(kernel.finished()).isTrue();
    }

    @Test
    void aReaderIsNotLeftBehindByAClose() throws IOException {
        ScriptedCalls kernel = new ScriptedCalls(OPENED, AT_THE_END, call -> 0, READY);
        KernelLog log = LinuxKernelLog.open(kernel, Path.of("/dev/kmsg")).orElseThrow();
        log.close();
        assertThatThrownBy(log::next).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    private static Step record(String text) {
        return call -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            call.memory(call.bytes()).put(bytes);
            return bytes.length;
        };
    }
}
