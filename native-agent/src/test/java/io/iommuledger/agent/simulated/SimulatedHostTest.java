package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.FileFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedHostTest {

    private static final long MIB = 1L << 20;

    @Test
    void saysThatItIsSimulated() {
        SimulatedHost host = SimulatedHosts.demo();
        assertThat(host.kernelRelease()).isEqualTo("6.1.0-simulated");
        assertThat(host.machineId()).isEqualTo(SimulatedHosts.demo().machineId());
        assertThat(host.bootId()).isNotEqualTo(SimulatedHosts.demo().bootId());
    }

    @Test
    void theDemoHasTwoPortsInOneGroupAndAGpu() {
        assertThat(SimulatedHosts.demo().discover())
                .extracting(PciFunction::address)
                .map(PciAddress::toString)
                .containsExactly("0000:3b:00.0", "0000:3b:00.1", "0000:5e:00.0", "0000:af:00.0");
        assertThat(SimulatedHosts.demo().discover())
                .extracting(PciFunction::group)
                .containsExactly(41, 41, 60, 87);
    }

    @Test
    void aPortOfTheDemoResetsAloneByFlrAndTheGpuByItsBus() throws KernelRefused {
        SimulatedHost host = SimulatedHosts.demo();
        for (PciFunction function : host.discover()) {
            if (function.address().function() == 0) {
                GroupFd group = host.openGroup(function.group());
                ContainerFd container = host.openContainer();
                host.setContainer(group, container);
                host.setIommu(container, Lab.TYPE1_V2);
                host.resetDevice(host.openDevice(group, function.address()));
            }
        }
    }

    @Test
    void sysfsHasAFileOfEachBarThatMapsAsFarAsTheBarGoes() throws KernelRefused {
        SimulatedHost host = SimulatedHosts.demo();
        FileFd drive = host.openFile("/sys/bus/pci/devices/0000:5e:00.0/resource0", true);
        long vaddr = host.mmapFile(drive, 0x1000, 0x3000, true);
        assertThat(host.mapsDeviceMemory(vaddr, 0x3000)).isTrue();
        assertThat(Lab.errnoOf(() -> host.mmapFile(drive, 0x1000, 0x4000, true)))
                .isEqualTo(Errno.EINVAL);
        assertThat(Lab.errnoOf(() -> host.mmapFile(drive, 0x4000, 0x1000, true)))
                .isEqualTo(Errno.EINVAL);
        assertThat(Lab.errnoOf(() -> host.mmapFile(drive, 0xffff_ffff_ffff_f000L, 0x1000, true)))
                .isEqualTo(Errno.EOVERFLOW);
        assertThat(Lab.errnoOf(() -> host.openFile("/sys/bus/pci/devices/0000:5e:00.0/resource1", true)))
                .isEqualTo(Errno.ENOENT);
    }

    @Test
    void tellsWhereMappingsMayLie() throws KernelRefused {
        Lab lab = new Lab();
        assertThat(lab.host.iommuInfo(lab.container).iovaRanges())
                .containsExactly(new IovaRange(0, 0xfedf_ffffL), new IovaRange(0xfef0_0000L, 0x7f_ffff_ffffL));
        assertThat(lab.host.iommuInfo(lab.container).pageSizes()).isEqualTo(0x4020_1000L);
    }

    @Test
    void knowsTheExtensionsOfItsKernel() throws KernelRefused {
        Lab lab = new Lab(KernelVersion.V7_3);
        assertThat(lab.host.apiVersion(lab.container)).isZero();
        assertThat(lab.host.checkExtension(lab.container, Lab.TYPE1_V2)).isOne();
        assertThat(lab.host.checkExtension(lab.container, 6)).isZero();
        assertThat(lab.host.checkExtension(lab.container, 12345)).isZero();
    }

    @Test
    void placesHugePagesAtTheirMultiples() throws KernelRefused {
        SimulatedHost host = SimulatedHosts.demo();
        long small = host.mmapAnonymous(1, 0);
        long huge = host.mmapAnonymous(PAGE, 2 * MIB);
        assertThat(small % PAGE).isZero();
        assertThat(huge % (2 * MIB)).isZero();
        assertThat(host.mmapAnonymous(2 * MIB, 1024 * MIB) % (1024 * MIB)).isZero();
        assertThat(errnoOf(() -> host.munmap(huge, PAGE))).isEqualTo(Errno.EINVAL);
        host.munmap(huge, 2 * MIB);
        assertThat(errnoOf(() -> host.mmapAnonymous(PAGE, 4 * MIB))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> host.mmapAnonymous(0, 0))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> host.mmapAnonymous(1L << 47, 0))).isEqualTo(Errno.ENOMEM);
    }

    @Test
    void givesAddressesBackThatWereUnmapped() throws KernelRefused {
        SimulatedHost host = SimulatedHosts.demo();
        long first = host.mmapAnonymous(4 * PAGE, 0);
        host.munmap(first + PAGE, PAGE);
        assertThat(host.mmapAnonymous(PAGE, 0)).isEqualTo(first + PAGE);
        host.munmap(first, 4 * PAGE);
        assertThat(host.mmapAnonymous(4 * PAGE, 0)).isEqualTo(first);
        assertThat(errnoOf(() -> host.munmap(first + 1, PAGE))).isEqualTo(Errno.EINVAL);
        host.munmap(0, PAGE);
    }

    @Test
    void contentNeedsAPlaceToStand() {
        SimulatedHost host = SimulatedHosts.demo();
        PciAddress gpu = PciAddress.parse("0000:af:00.0");
        assertThatThrownBy(() -> host.tagMemory(0x1000, "lost")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> host.tagBar(gpu, 5, "lost")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> host.dmaRead(PciAddress.parse("0000:00:1f.0"), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFunctionOfTheRootBusHasNoHotReset() throws KernelRefused {
        Topology machine = Topology.builder()
                .add(FunctionBuilder.function("0000:00:02.0", 1))
                .build();
        SimulatedHost host = new SimulatedHost(machine, KernelVersion.V6_1, "host", "0".repeat(32));
        GroupFd group = host.openGroup(1);
        ContainerFd container = host.openContainer();
        host.setContainer(group, container);
        host.setIommu(container, Lab.TYPE1_V2);
        var device = host.openDevice(group, PciAddress.parse("0000:00:02.0"));
        assertThat(errnoOf(() -> host.hotResetInfo(device))).isEqualTo(Errno.ENODEV);
        assertThat(errnoOf(() -> host.hotReset(device, List.of(group)))).isEqualTo(Errno.ENODEV);
    }
}
