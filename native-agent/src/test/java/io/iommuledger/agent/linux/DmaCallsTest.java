package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.ScriptedCalls.Step;
import io.iommuledger.lifecycle.evidence.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The structs of map and unmap, with a script in the kernel's place. Offsets are written as numbers on purpose. */
final class DmaCallsTest {
    private static final ContainerFd CONTAINER = new ContainerFd(5);

    private ScriptedCalls script = new ScriptedCalls();

    @AfterEach
    void everyAnswerWasAskedFor() {
        assertThat(script.finished()).isTrue();
    }

    @Test
    void mapWritesItsStructAndUnmapAnswersWhatTheKernelSays() throws KernelRefused {
        LinuxVfioKernel kernel = kernel(
                call -> {
                    call.assertIoctl(5, 0x3b71, 32);
                    call.assertInts(32, 3);
                    assertThat(call.struct().getLong(8)).isEqualTo(0x7f0000001000L);
                    assertThat(call.struct().getLong(16)).isEqualTo(-0x1000L);
                    assertThat(call.struct().getLong(24)).isEqualTo(0x1000);
                    return 0;
                },
                call -> {
                    call.assertIoctl(5, 0x3b72, 24);
                    call.assertInts(24, 2);
                    assertThat(call.struct().getLong(8)).isEqualTo(0x2000);
                    assertThat(call.struct().getLong(16)).isEqualTo(0x4000);
                    call.struct().putLong(16, 0x3000);
                    return 0;
                });
        kernel.mapDma(CONTAINER, 0x7f0000001000L, -0x1000L, 0x1000, 3);
        assertThat(kernel.unmapDma(CONTAINER, 0x2000, 0x4000, 2)).isEqualTo(0x3000);
    }

    @Test
    void aRefusedMapKeepsItsNameAndErrno() {
        LinuxVfioKernel kernel = kernel(ScriptedCalls.fails(Errno.EEXIST));
        assertThatThrownBy(() -> kernel.mapDma(CONTAINER, 0, 0, 0x1000, 3))
                .isInstanceOf(KernelRefused.class)
                .hasMessage("VFIO_IOMMU_MAP_DMA: EEXIST (17)");
    }

    private LinuxVfioKernel kernel(Step... steps) {
        script = new ScriptedCalls(steps);
        return new LinuxVfioKernel(script);
    }
}
