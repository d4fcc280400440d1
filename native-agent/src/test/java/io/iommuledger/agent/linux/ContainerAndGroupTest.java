package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.ScriptedCalls.Call;
import io.iommuledger.agent.linux.ScriptedCalls.Step;
import io.iommuledger.lifecycle.device.PciAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The requests that bring a container, a group and a device together, with a script in the kernel's place. Offsets are
 * written as numbers on purpose.
 */
final class ContainerAndGroupTest {
    private static final ContainerFd CONTAINER = new ContainerFd(5);
    private static final GroupFd GROUP = new GroupFd(6);
    private static final DeviceFd DEVICE = new DeviceFd(7);

    private ScriptedCalls script = new ScriptedCalls();

    @AfterEach
    void everyAnswerWasAskedFor() {
        assertThat(script.finished()).isTrue();
    }

    @Test
    void containerRequestsCarryPlainValues() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(value(0x3b64, 0, 0), value(0x3b65, 9, 1), value(0x3b66, 3, 0));
        assertThat(kernel.apiVersion(CONTAINER)).isZero();
        assertThat(kernel.checkExtension(CONTAINER, 9)).isEqualTo(1);
        kernel.setIommu(CONTAINER, 3);
    }

    @Test
    void aGroupJoinsTheContainerAndOpensItsDeviceByName() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(
                call -> {
                    assertThat(call.request()).isEqualTo(0x3b68);
                    assertThat(call.memory(4).getInt(0)).isEqualTo(5);
                    return 0;
                },
                call -> {
                    call.assertIoctl(6, 0x3b67, 8);
                    call.struct().putInt(4, 3);
                    return 0;
                },
                call -> {
                    assertThat(call.request()).isEqualTo(0x3b6a);
                    byte[] name = new byte[13];
                    call.memory(13).get(name);
                    assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("0000:3b:00.0\0");
                    return 7;
                });
        kernel.setContainer(GROUP, CONTAINER);
        assertThat(kernel.groupStatus(GROUP).containerSet()).isTrue();
        assertThat(kernel.openDevice(GROUP, PciAddress.parse("0000:3b:00.0"))).isEqualTo(DEVICE);
    }

    @Test
    void hugePagesSayTheirSizeInTheFlags() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(
                call -> call.request() == (0x40022 | 21 << 26) && call.fd() == -1 ? 1 : 0,
                call -> call.request() == (0x40022 | 30 << 26) && call.fd() == -1 ? 1 : 0);
        assertThat(kernel.mmapAnonymous(2L << 20, 2L << 20)).isEqualTo(1);
        assertThat(kernel.mmapAnonymous(1L << 30, 1L << 30)).isEqualTo(1);
    }

    private LinuxVfioKernel kernel(Step... steps) {
        script = new ScriptedCalls(steps);
        return new LinuxVfioKernel(script);
    }

    private static Step value(long request, long argument, int answer) {
        return call -> {
            assertThat(call).isEqualTo(new Call("ioctl", 5, request, argument, 0, 0));
            return answer;
        };
    }
}
