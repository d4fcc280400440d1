package io.iommuledger.agent.linux;

import static io.iommuledger.agent.linux.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.ScriptedCalls.Step;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers longer than the argument, with a script in the kernel's place. Offsets are written as numbers on purpose. */
final class InfoCallsTest {
    private static final ContainerFd CONTAINER = new ContainerFd(5);
    private static final DeviceFd DEVICE = new DeviceFd(7);

    private ScriptedCalls script = new ScriptedCalls();

    @AfterEach
    void everyAnswerWasAskedFor() {
        assertThat(script.finished()).isTrue();
    }

    @Test
    void aLongAnswerIsAskedForAgainWithTheSizeThatTheKernelNamed() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(
                call -> {
                    call.assertIoctl(7, 0x3b6c, 4096);
                    call.memory(32).putInt(0, 5000).putInt(4, 15).putInt(12, 0);
                    return 0;
                },
                call -> {
                    call.assertIoctl(7, 0x3b6c, 5000);
                    ByteBuffer info = call.struct();
                    call.assertInts(5000, 0, 2, 0);
                    info.putInt(4, 15).putInt(12, 32).putLong(16, 0x4000).putLong(24, 2L << 40);
                    info.putShort(32, (short) 3).putInt(36, 4900);
                    info.putShort(4900, (short) 1).putInt(4908, 1);
                    info.putLong(4916, 0x1000).putLong(4924, 0x1000);
                    return 0;
                });
        assertThat(kernel.regionInfo(DEVICE, 2).mmapAreas())
                .singleElement()
                .satisfies(area -> assertThat(area.contains(0x1000, 0x1000)).isTrue());
    }

    @Test
    void anAnswerBeyondReasonIsNotAskedForAgain() {
        LinuxVfioKernel kernel = kernel(call -> {
            call.memory(4).putInt(0, -1);
            return 0;
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> kernel.iommuInfo(CONTAINER))
                .withMessage("VFIO_IOMMU_GET_INFO asks for an argument beyond reason: needed=4294967295, given=4096,"
                        + " most=1048576");
    }

    @Test
    void aHotResetOfManyDevicesIsAskedForAgainWithTheirCount() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(
                call -> {
                    call.assertIoctl(7, 0x3b70, 4096);
                    call.struct().putInt(8, 600);
                    return ScriptedCalls.fails(Errno.ENOSPC).answer(call);
                },
                call -> {
                    call.assertIoctl(7, 0x3b70, 12 + 8 * 600);
                    call.struct().putInt(8, 600);
                    return 0;
                });
        assertThat(kernel.hotResetInfo(DEVICE))
                .hasSize(600)
                .containsOnly(new HotResetDependent(0, new PciAddress(0, 0, 0, 0)));
    }

    @Test
    void anEnospcThatNeedsNoMoreRoomIsARefusal() {
        assertRefused(
                "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO",
                Errno.ENOSPC,
                () -> kernel(ScriptedCalls.fails(Errno.ENOSPC)).hotResetInfo(DEVICE));
        assertRefused(
                "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO",
                Errno.EPERM,
                () -> kernel(ScriptedCalls.fails(Errno.EPERM)).hotResetInfo(DEVICE));
    }

    private LinuxVfioKernel kernel(Step... steps) {
        script = new ScriptedCalls(steps);
        return new LinuxVfioKernel(script);
    }
}
