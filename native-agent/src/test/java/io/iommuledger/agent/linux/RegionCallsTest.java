package io.iommuledger.agent.linux;

import static io.iommuledger.agent.linux.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.ScriptedCalls.Call;
import io.iommuledger.agent.linux.ScriptedCalls.Step;
import io.iommuledger.lifecycle.evidence.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Registers and windows of a device, with a script in the kernel's place. Offsets are written as numbers on purpose.
 */
final class RegionCallsTest {
    private static final DeviceFd DEVICE = new DeviceFd(7);

    private ScriptedCalls script = new ScriptedCalls();

    @AfterEach
    void everyAnswerWasAskedFor() {
        assertThat(script.finished()).isTrue();
    }

    @Test
    void readsARegisterWithoutItsSignAndTriesAgainAfterASignal() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(region(0x1000), ScriptedCalls.fails(Errno.EINTR), call -> {
            assertThat(call.offset()).isEqualTo((7L << 40) + 4);
            call.memory(2).put(0, (byte) 0x06).put(1, (byte) 0xff);
            return 2;
        });
        assertThat(kernel.readRegion(DEVICE, 7, 4, 2)).isEqualTo(0xff06);
    }

    @Test
    void writesARegisterLittleEndianAndTriesAgainAfterASignal() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(region(0x1000), ScriptedCalls.fails(Errno.EINTR), call -> {
            assertThat(call.offset()).isEqualTo((7L << 40) + 0x10);
            byte[] written = new byte[4];
            call.memory(call.bytes()).get(written);
            assertThat(written).containsExactly(0x67, 0x45, 0x23, 0x81);
            return 4;
        });
        kernel.writeRegion(DEVICE, 7, 0x10, 4, 0x81234567);
    }

    @Test
    void anAccessThatTheKernelMadeInPartIsEio() {
        assertRefused("pread", Errno.EIO, () -> kernel(region(6), call -> 2).readRegion(DEVICE, 7, 4, 4));
        assertRefused("pwrite", Errno.EIO, () -> kernel(region(6), call -> 2).writeRegion(DEVICE, 7, 4, 4, 0));
    }

    @Test
    void anOffsetOutsideTheRegionNeverReachesTheNextRegion() {
        assertRefused("pread", Errno.EINVAL, () -> kernel(region(16)).readRegion(DEVICE, 7, 16, 1));
        assertRefused("pwrite", Errno.EINVAL, () -> kernel(region(16)).writeRegion(DEVICE, 7, -1, 1, 0));
        assertRefused("mmap", Errno.EINVAL, () -> kernel(region(16)).mmapRegion(DEVICE, 7, 1L << 40, 16));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel().readRegion(DEVICE, 7, 0, 3))
                .withMessageContaining("3 bytes");
    }

    @Test
    void mapsPartOfARegionShared() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(region(0x4000), call -> {
            assertThat(call).isEqualTo(new Call("mmap", 7, LibcFlags.MAP_SHARED, 0, 0x2000, (7L << 40) + 0x1000));
            return 0x7f0000000000L;
        });
        assertThat(kernel.mmapRegion(DEVICE, 7, 0x1000, 0x2000)).isEqualTo(0x7f0000000000L);
    }

    private LinuxVfioKernel kernel(Step... steps) {
        script = new ScriptedCalls(steps);
        return new LinuxVfioKernel(script);
    }

    private static Step region(long size) {
        return call -> {
            call.assertIoctl(7, 0x3b6c, 32);
            int index = call.struct().getInt(8);
            call.struct().putInt(4, 7).putLong(16, size).putLong(24, (long) index << 40);
            return 0;
        };
    }
}
