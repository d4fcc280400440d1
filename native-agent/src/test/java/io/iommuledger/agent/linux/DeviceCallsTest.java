package io.iommuledger.agent.linux;

import static io.iommuledger.agent.linux.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.DeviceInfo;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.IrqInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.ScriptedCalls.Step;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests on a device, with a script in the kernel's place. Offsets are written as numbers on purpose. */
final class DeviceCallsTest {
    private static final DeviceFd DEVICE = new DeviceFd(7);

    private ScriptedCalls script = new ScriptedCalls();

    @AfterEach
    void everyAnswerWasAskedFor() {
        assertThat(script.finished()).isTrue();
    }

    @Test
    void aHotResetProvesItsGroupsByTheirDescriptors() throws KernelRefused {
        List<GroupFd> owned = IntStream.range(100, 120).mapToObj(GroupFd::new).toList();
        LinuxVfioKernel kernel = kernel(call -> {
            call.assertIoctl(7, 0x3b71, 12 + 4 * 20);
            call.assertInts(92, 0, 20, 100, 101);
            assertThat(call.struct().getInt(88)).isEqualTo(119);
            return 0;
        });
        kernel.hotReset(DEVICE, owned);
    }

    @Test
    void disarmingHasNoDataAndAPositiveAnswerIsAFailure() throws KernelRefused {
        Step disarms = call -> {
            call.assertIoctl(7, 0x3b6e, 20);
            call.assertInts(20, 33, 2, 0, 0);
            return 0;
        };
        kernel(disarms).disarmIrqs(DEVICE, 2);
        assertRefused(
                "VFIO_DEVICE_SET_IRQS", Errno.ENOSPC, () -> kernel(call -> 1).disarmIrqs(DEVICE, 2));
    }

    @Test
    void deviceAndIrqInfoAreTheKernelsNumbers() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(
                call -> {
                    call.assertIoctl(7, 0x3b6b, 16);
                    call.struct().putInt(4, 3).putInt(8, 9).putInt(12, 5);
                    return 0;
                },
                call -> {
                    call.assertIoctl(7, 0x3b6d, 16);
                    call.assertInts(16, 0, 2);
                    call.struct().putInt(4, 9).putInt(12, 32);
                    return 0;
                });
        assertThat(kernel.deviceInfo(DEVICE)).isEqualTo(new DeviceInfo(3, 9, 5));
        assertThat(kernel.irqInfo(DEVICE, 2)).isEqualTo(new IrqInfo(2, 9, 32));
    }

    private LinuxVfioKernel kernel(Step... steps) {
        script = new ScriptedCalls(steps);
        return new LinuxVfioKernel(script);
    }
}
