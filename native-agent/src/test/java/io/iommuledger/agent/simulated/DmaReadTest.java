package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.READ_WRITE;
import static io.iommuledger.agent.simulated.Lab.WRITE;
import static io.iommuledger.agent.simulated.Lab.address;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DmaReadTest {

    private static final long IOVA = 0x10_0000;
    private static final DmaAnswer FAULT = new DmaAnswer.Fault();
    private static final DmaAnswer NOTHING = new DmaAnswer.Nothing();

    private Lab lab;
    private DeviceFd shm2;
    private long window;

    @BeforeEach
    void machineWithAPeerWindow() throws KernelRefused {
        lab = new Lab();
        shm2 = lab.device("shm2");
        window = lab.host.mmapRegion(shm2, 2, 0, 1 << 20);
        lab.host.tagBar(address("shm2"), 2, "shm2");
    }

    private void mapPeer() throws KernelRefused {
        lab.host.mapDma(lab.container, window + 2 * PAGE, IOVA, 4 * PAGE, READ_WRITE);
    }

    private static DmaAnswer read(String tag) {
        return new DmaAnswer.Read(tag);
    }

    @Test
    void findsMemoryUnderItsIova() throws KernelRefused {
        lab.host.tagMemory(lab.ram + PAGE, "second page");
        lab.host.mapDma(lab.container, lab.ram, IOVA, 2 * PAGE, READ_WRITE);
        assertThat(lab.eduReads(IOVA + PAGE)).isEqualTo(read("second page"));
        assertThat(lab.eduReads(IOVA)).isEqualTo(NOTHING);
        assertThat(lab.eduReads(IOVA + 2 * PAGE)).isEqualTo(FAULT);
        assertThat(lab.host.dmaRead(address("nic"), IOVA)).isEqualTo(FAULT);
    }

    @Test
    void findsMemoryThatTheProcessHasGivenBack() throws KernelRefused {
        lab.host.tagMemory(lab.ram, "pinned");
        lab.host.mapDma(lab.container, lab.ram, IOVA, PAGE, READ_WRITE);
        lab.host.munmap(lab.ram, PAGE);
        lab.host.tagMemory(lab.host.mmapAnonymous(PAGE, 0), "newcomer");
        assertThat(lab.eduReads(IOVA)).isEqualTo(read("pinned"));
    }

    @Test
    void readsThroughAWriteOnlyMappingOnlyOnOlderKernels() throws KernelRefused {
        for (KernelVersion kernel : KernelVersion.values()) {
            Lab other = new Lab(kernel);
            other.host.tagMemory(other.ram, "secret");
            other.host.mapDma(other.container, other.ram, IOVA, PAGE, WRITE);
            assertThat(other.eduReads(IOVA)).isEqualTo(kernel == KernelVersion.V7_3 ? FAULT : read("secret"));
        }
    }

    @Test
    void findsThePeerUnlessItDoesNotDecode() throws KernelRefused {
        mapPeer();
        assertThat(lab.eduReads(IOVA + PAGE)).isEqualTo(read("shm2:3"));
        lab.memoryDecoding(shm2, "off");
        assertThat(lab.eduReads(IOVA + PAGE)).isEqualTo(NOTHING);
        lab.memoryDecoding(shm2, "on");
        assertThat(lab.eduReads(IOVA + PAGE)).isEqualTo(read("shm2:3"));
    }

    @Test
    void findsThePeerAfterResetReleaseAndDepartureUntilUnmapped() throws KernelRefused {
        mapPeer();
        lab.host.resetDevice(shm2);
        lab.host.hotReset(shm2, List.of(lab.group("shm2")));
        lab.host.munmap(window, 1 << 20);
        lab.host.close(shm2);
        lab.host.unsetContainer(lab.group("shm2"));
        lab.host.close(lab.group("shm2"));
        assertThat(lab.eduReads(IOVA)).isEqualTo(read("shm2:2"));
        assertThat(lab.host.unmapDma(lab.container, IOVA, 4 * PAGE, 0)).isEqualTo(4 * PAGE);
        assertThat(lab.eduReads(IOVA)).isEqualTo(FAULT);
    }

    @Test
    void aPeerThatDoesNotDecodeCannotBeMappedThoughItsOldMappingStays() throws KernelRefused {
        mapPeer();
        lab.memoryDecoding(shm2, "off");
        assertThat(errnoOf(() -> lab.host.mapDma(lab.container, window, 0x20_0000, PAGE, READ_WRITE)))
                .isEqualTo(Errno.EFAULT);
        assertThat(errnoOf(this::mapPeer)).isEqualTo(Errno.EEXIST);
    }

    @Test
    void aMappingSpansNeighbouringAreas() throws KernelRefused {
        long upper = lab.host.mmapAnonymous(PAGE, 0);
        long lower = lab.host.mmapAnonymous(PAGE, 0);
        assertThat(lower + PAGE).isEqualTo(upper);
        lab.host.tagMemory(upper, "upper");
        lab.host.mapDma(lab.container, lower, IOVA, 2 * PAGE, READ_WRITE);
        assertThat(lab.eduReads(IOVA + PAGE)).isEqualTo(read("upper"));
    }
}
