package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.READ_WRITE;
import static io.iommuledger.agent.simulated.Lab.TYPE1_V2;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups whose IOMMUs translate different addresses. */
class GroupSpacesTest {

    private static final PciAddress WIDE = PciAddress.parse("0000:01:00.0");
    private static final IovaRange WHOLE = IovaRange.ALL;
    private static final IovaRange NARROW = new IovaRange(0, 0xffff_ffffL);
    private static final IovaRange KEPT = IovaRange.ofSize(0x20_0000, 0x10_0000);

    private SimulatedHost host;
    private ContainerFd container;
    private GroupFd wide;
    private GroupFd narrow;

    @BeforeEach
    void machine() throws KernelRefused {
        machine(KernelVersion.V6_1);
    }

    private void machine(KernelVersion kernel) throws KernelRefused {
        Topology machine = Topology.builder()
                .add(FunctionBuilder.function(WIDE.toString(), 1))
                .add(FunctionBuilder.function("0000:02:00.0", 2))
                .space(1, new IovaSpace(WHOLE, List.of()))
                .space(2, new IovaSpace(NARROW, List.of(new ReservedRegion(KEPT, ReservedRegion.Kind.RESERVED))))
                .build();
        host = new SimulatedHost(machine, kernel, "host", "0".repeat(32));
        container = host.openContainer();
        wide = host.openGroup(1);
        narrow = host.openGroup(2);
        host.setContainer(wide, container);
        host.setIommu(container, TYPE1_V2);
    }

    private List<IovaRange> ranges() throws KernelRefused {
        return host.iommuInfo(container).iovaRanges();
    }

    @Test
    void whatAGroupKeptOutComesBackWhenItLeaves() throws KernelRefused {
        host.setContainer(narrow, container);
        assertThat(ranges()).containsExactly(new IovaRange(0, 0x1f_ffffL), new IovaRange(0x30_0000L, 0xffff_ffffL));
        host.unsetContainer(narrow);
        assertThat(ranges()).containsExactly(WHOLE);
    }

    @Test
    void aRefusedGroupIsInNoContainerAndMayJoinOnceTheMappingIsGone() throws KernelRefused {
        long vaddr = host.mmapAnonymous(PAGE, 0);
        host.mapDma(container, vaddr, KEPT.start(), PAGE, READ_WRITE);
        assertThat(errnoOf(() -> host.setContainer(narrow, container))).isEqualTo(Errno.EINVAL);
        assertThat(host.groupStatus(narrow).containerSet()).isFalse();
        assertThat(ranges()).containsExactly(WHOLE);
        host.unmapDma(container, KEPT.start(), PAGE, 0);
        host.setContainer(narrow, container);
        assertThat(host.groupStatus(narrow).containerSet()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"V6_1, 0", "V6_12, 0", "V7_3, 4096"})
    void whatALostMappingHoldsIsStillReadByTheDevice(KernelVersion kernel, long removed) throws KernelRefused {
        machine(kernel);
        long vaddr = host.mmapAnonymous(PAGE, 0);
        host.tagMemory(vaddr, "lost");
        host.mapDma(container, vaddr, -PAGE, PAGE, READ_WRITE);
        assertThat(host.unmapDma(container, -PAGE, PAGE, 0)).isEqualTo(removed);
        assertThat(host.dmaRead(WIDE, -PAGE))
                .isEqualTo(removed == 0 ? new DmaAnswer.Read("lost") : new DmaAnswer.Fault());
        assertThat(host.lockedBytes()).isEqualTo(PAGE - removed);
        host.unsetContainer(wide);
        assertThat(host.lockedBytes()).isZero();
    }
}
