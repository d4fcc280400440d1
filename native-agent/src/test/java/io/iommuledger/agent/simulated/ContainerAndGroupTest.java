package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.READ_WRITE;
import static io.iommuledger.agent.simulated.Lab.TYPE1_V2;
import static io.iommuledger.agent.simulated.Lab.address;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainerAndGroupTest {

    private static final long IOVA = 0x10_0000;

    private Lab lab;

    @BeforeEach
    void machine() throws KernelRefused {
        lab = new Lab();
    }

    @Test
    void aContainerWithoutTypeTranslatesNothing() {
        ContainerFd fresh = lab.host.openContainer();
        assertThat(errnoOf(() -> lab.host.mapDma(fresh, lab.ram, IOVA, PAGE, READ_WRITE)))
                .isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.unmapDma(fresh, IOVA, PAGE, 0))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.iommuInfo(fresh))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aTypeIsSetOnceAndOnlyWithAGroup() throws KernelRefused {
        ContainerFd fresh = lab.host.openContainer();
        assertThat(errnoOf(() -> lab.host.setIommu(fresh, TYPE1_V2))).isEqualTo(Errno.EINVAL);
        lab.host.setContainer(lab.group("nic"), fresh);
        assertThat(errnoOf(() -> lab.host.setIommu(fresh, 7))).isEqualTo(Errno.ENODEV);
        lab.host.setIommu(fresh, TYPE1_V2);
        assertThat(errnoOf(() -> lab.host.setIommu(fresh, TYPE1_V2))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aGroupHasOneOpenerAndOneContainer() throws KernelRefused {
        GroupFd edu = lab.group("edu");
        assertThat(errnoOf(() -> lab.host.openGroup(4))).isEqualTo(Errno.EBUSY);
        assertThat(errnoOf(() -> lab.host.openGroup(99))).isEqualTo(Errno.ENOENT);
        assertThat(errnoOf(() -> lab.host.setContainer(edu, lab.container))).isEqualTo(Errno.EINVAL);
        lab.host.unsetContainer(edu);
        assertThat(errnoOf(() -> lab.host.unsetContainer(edu))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aGroupWithAHostDriverIsNotViable() throws KernelRefused {
        Topology machine = Topology.builder()
                .add(FunctionBuilder.function("0000:01:00.0", 7))
                .add(FunctionBuilder.function("0000:01:00.1", 7).driver("nvme"))
                .build();
        SimulatedHost host = new SimulatedHost(machine, KernelVersion.V6_1, "host", "0".repeat(32));
        GroupFd group = host.openGroup(7);
        assertThat(host.groupStatus(group).viable()).isFalse();
        ContainerFd container = host.openContainer();
        assertThat(errnoOf(() -> host.setContainer(group, container))).isEqualTo(Errno.EBUSY);
    }

    @Test
    void aDeviceOpensOnlyInAContainerWithAType() throws KernelRefused {
        GroupFd nic = lab.group("nic");
        assertThat(errnoOf(() -> lab.host.openDevice(nic, address("edu")))).isEqualTo(Errno.ENODEV);
        assertThat(errnoOf(() -> lab.host.openDevice(nic, address("nic")))).isEqualTo(Errno.EINVAL);
        ContainerFd fresh = lab.host.openContainer();
        lab.host.setContainer(nic, fresh);
        assertThat(errnoOf(() -> lab.host.openDevice(nic, address("nic")))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void theLastGroupTakesAllMappingsAndTheTypeWithIt() throws KernelRefused {
        lab.host.setContainer(lab.group("nic"), lab.container);
        lab.host.mapDma(lab.container, lab.ram, IOVA, PAGE, READ_WRITE);
        lab.host.unsetContainer(lab.group("nic"));
        assertThat(lab.host.iommuInfo(lab.container).dmaAvail()).hasValue(65_534);
        lab.host.unsetContainer(lab.group("edu"));
        assertThat(errnoOf(() -> lab.host.iommuInfo(lab.container))).isEqualTo(Errno.EINVAL);
        lab.host.setContainer(lab.group("edu"), lab.container);
        lab.host.setIommu(lab.container, TYPE1_V2);
        assertThat(lab.host.iommuInfo(lab.container).dmaAvail()).hasValue(65_535);
    }

    @Test
    void aGroupStaysInItsContainerWhileOneOfItsDevicesIsOpen() throws KernelRefused {
        DeviceFd first = lab.device("edu");
        DeviceFd second = lab.device("edu");
        lab.host.close(first);
        assertThat(errnoOf(() -> lab.host.unsetContainer(lab.group("edu")))).isEqualTo(Errno.EBUSY);
        lab.host.close(second);
        lab.host.unsetContainer(lab.group("edu"));
    }

    @Test
    void anOpenDeviceKeepsTheClosedGroupOpen() throws KernelRefused {
        DeviceFd edu = lab.device("edu");
        lab.host.mapDma(lab.container, lab.ram, IOVA, PAGE, READ_WRITE);
        lab.host.close(lab.group("edu"));
        assertThat(errnoOf(() -> lab.host.openGroup(4))).isEqualTo(Errno.EBUSY);
        assertThat(lab.host.iommuInfo(lab.container).dmaAvail()).hasValue(65_534);
        lab.host.close(edu);
        assertThat(errnoOf(() -> lab.host.iommuInfo(lab.container))).isEqualTo(Errno.EINVAL);
        lab.host.openGroup(4);
    }

    @Test
    void aGroupKeepsTheClosedContainerAlive() throws KernelRefused {
        lab.host.tagMemory(lab.ram, "alive");
        lab.host.mapDma(lab.container, lab.ram, IOVA, PAGE, READ_WRITE);
        lab.host.close(lab.container);
        assertThat(errnoOf(() -> lab.host.iommuInfo(lab.container))).isEqualTo(Errno.EBADF);
        assertThat(lab.eduReads(IOVA)).isEqualTo(new DmaAnswer.Read("alive"));
        lab.host.unsetContainer(lab.group("edu"));
        assertThat(lab.eduReads(IOVA)).isEqualTo(new DmaAnswer.Fault());
    }

    @Test
    void aClosedDescriptorIsBadAndItsNumberReturns() throws KernelRefused {
        ContainerFd first = lab.host.openContainer();
        lab.host.close(first);
        assertThat(errnoOf(() -> lab.host.close(first))).isEqualTo(Errno.EBADF);
        assertThat(lab.host.openContainer()).isEqualTo(first);
    }
}
