package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.COMMAND;
import static io.iommuledger.agent.simulated.Lab.CONFIG;
import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.address;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.IrqInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceTest {

    private Lab lab;

    @BeforeEach
    void machine() throws KernelRefused {
        lab = new Lab();
    }

    @Test
    void describesItsRegions() throws KernelRefused {
        DeviceFd shm2 = lab.device("shm2");
        assertThat(lab.host.regionInfo(shm2, 0)).isEqualTo(new RegionInfo(0, 3, 256, 0, List.of()));
        assertThat(lab.host.regionInfo(shm2, 1)).isEqualTo(new RegionInfo(1, 0, 0, 1L << 40, List.of()));
        assertThat(lab.host.regionInfo(shm2, 2).mmapAreas()).containsExactly(new RegionInfo.MmapArea(0, 1 << 20));
        assertThat(lab.host.regionInfo(shm2, CONFIG).size()).isEqualTo(4096);
        assertThat(errnoOf(() -> lab.host.regionInfo(shm2, 9))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void showsItsIdentityInConfigSpace() throws KernelRefused {
        DeviceFd nic = lab.device("nic");
        assertThat(lab.host.readRegion(nic, CONFIG, 0, 4)).isEqualTo(0x10d3_8086);
        assertThat(lab.host.readRegion(nic, CONFIG, 0x0b, 1)).isEqualTo(2);
        assertThat(errnoOf(() -> lab.host.readRegion(nic, CONFIG, 4096, 4))).isEqualTo(Errno.EFAULT);
    }

    @Test
    void sizesABarOfSixtyFourBits() throws KernelRefused {
        DeviceFd shm2 = lab.device("shm2");
        lab.host.writeRegion(shm2, CONFIG, 0x18, 4, -1);
        lab.host.writeRegion(shm2, CONFIG, 0x1c, 4, -1);
        assertThat(lab.host.readRegion(shm2, CONFIG, 0x18, 4)).isEqualTo(0xfff0_000c);
        assertThat(lab.host.readRegion(shm2, CONFIG, 0x1c, 4)).isEqualTo(-1);
    }

    @Test
    void decodesMemoryWhenFirstOpenedAndAgainAfterItsLastClose() throws KernelRefused {
        DeviceFd nic = lab.device("nic");
        assertThat(lab.host.readRegion(nic, CONFIG, COMMAND, 2)).isEqualTo(2);
        lab.memoryDecoding(nic, "off");
        DeviceFd second = lab.device("nic");
        assertThat(lab.host.readRegion(second, CONFIG, COMMAND, 2)).isZero();
        lab.host.close(nic);
        lab.host.close(second);
        assertThat(lab.host.readRegion(lab.device("nic"), CONFIG, COMMAND, 2)).isEqualTo(2);
    }

    @Test
    void answersNoBarAccessWhileItDoesNotDecode() throws KernelRefused {
        DeviceFd nic = lab.device("nic");
        lab.host.writeRegion(nic, 0, 0x10, 4, 0xcafe_f00d);
        lab.memoryDecoding(nic, "off");
        assertThat(errnoOf(() -> lab.host.readRegion(nic, 0, 0x10, 4))).isEqualTo(Errno.EIO);
        assertThat(errnoOf(() -> lab.host.writeRegion(nic, 0, 0x10, 4, 0))).isEqualTo(Errno.EIO);
        assertThat(errnoOf(() -> lab.host.readRegion(nic, 0, 128 << 10, 4))).isEqualTo(Errno.EINVAL);
        lab.memoryDecoding(nic, "on");
        assertThat(lab.host.readRegion(nic, 0, 0x10, 4)).isEqualTo(0xcafe_f00d);
    }

    @Test
    void resetsAloneOnlyIfNoOtherFunctionSitsOnItsBus() throws KernelRefused {
        DeviceFd shm0 = lab.device("shm0");
        DeviceFd shm2 = lab.device("shm2");
        assertThat(errnoOf(() -> lab.host.resetDevice(shm0))).isEqualTo(Errno.EINVAL);
        assertThat(lab.host.deviceInfo(shm0).resettable()).isFalse();
        assertThat(lab.host.deviceInfo(shm2).resettable()).isTrue();
        int before = lab.host.resets(address("shm2"));
        lab.host.resetDevice(shm2);
        assertThat(lab.host.resets(address("shm2"))).isEqualTo(before + 1);
    }

    @Test
    void aResetLeavesMemoryDecodingAsItWas() throws KernelRefused {
        DeviceFd shm2 = lab.device("shm2");
        lab.memoryDecoding(shm2, "off");
        lab.host.resetDevice(shm2);
        lab.host.hotReset(shm2, List.of(lab.group("shm2")));
        assertThat(lab.host.readRegion(shm2, CONFIG, COMMAND, 2)).isZero();
    }

    @Test
    void aHotResetTakesItsNeighboursAlong() throws KernelRefused {
        DeviceFd shm0 = lab.device("shm0");
        assertThat(lab.host.hotResetInfo(shm0))
                .containsExactly(new HotResetDependent(1, address("shm0")), new HotResetDependent(1, address("shm1")));
        lab.host.hotReset(shm0, List.of(lab.group("shm0")));
        assertThat(lab.host.resets(address("shm1"))).isEqualTo(1);
    }

    @Test
    void aHotResetWantsEveryAffectedGroupAndIgnoresOthersUpToACount() throws KernelRefused {
        DeviceFd shm0 = lab.device("shm0");
        assertThat(errnoOf(() -> lab.host.hotReset(shm0, List.of()))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.hotReset(shm0, List.of(lab.group("nic")))))
                .isEqualTo(Errno.EINVAL);
        lab.host.hotReset(shm0, List.of(lab.group("nic"), lab.group("shm0")));
        assertThat(errnoOf(
                        () -> lab.host.hotReset(shm0, List.of(lab.group("shm0"), lab.group("nic"), lab.group("edu")))))
                .isEqualTo(Errno.EINVAL);
        assertThat(lab.host.resets(address("shm0"))).isEqualTo(1);
    }

    @Test
    void disarmsOnlyWhatIsArmed() throws KernelRefused {
        DeviceFd nic = lab.device("nic");
        assertThat(lab.host.irqInfo(nic, 0)).isEqualTo(new IrqInfo(0, 7, 1));
        assertThat(errnoOf(() -> lab.host.irqInfo(nic, 5))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.disarmIrqs(nic, 1))).isEqualTo(Errno.EINVAL);
        lab.host.armIrqs(address("nic"), 1);
        lab.host.disarmIrqs(nic, 1);
    }

    @Test
    void aBarWindowLiesInsideOneBar() throws KernelRefused {
        DeviceFd shm2 = lab.device("shm2");
        assertThat(errnoOf(() -> lab.host.mmapRegion(shm2, 2, 0, (1 << 20) + 1)))
                .isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.mmapRegion(shm2, 2, 0x800, PAGE))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.mmapRegion(shm2, 0, 0, 256))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> lab.host.mmapRegion(shm2, CONFIG, 0, PAGE))).isEqualTo(Errno.EINVAL);
        lab.host.mmapRegion(shm2, 2, PAGE, PAGE);
    }

    @Test
    void aBarWindowKeepsTheClosedDeviceOpen() throws KernelRefused {
        DeviceFd shm2 = lab.device("shm2");
        long window = lab.host.mmapRegion(shm2, 2, 0, 4 * PAGE);
        lab.host.close(shm2);
        assertThat(errnoOf(() -> lab.host.readRegion(shm2, CONFIG, 0, 4))).isEqualTo(Errno.EBADF);
        assertThat(errnoOf(() -> lab.host.unsetContainer(lab.group("shm2")))).isEqualTo(Errno.EBUSY);
        lab.host.munmap(window + PAGE, PAGE);
        lab.host.munmap(window, PAGE);
        assertThat(errnoOf(() -> lab.host.unsetContainer(lab.group("shm2")))).isEqualTo(Errno.EBUSY);
        lab.host.munmap(window + 2 * PAGE, 2 * PAGE);
        lab.host.unsetContainer(lab.group("shm2"));
    }
}
