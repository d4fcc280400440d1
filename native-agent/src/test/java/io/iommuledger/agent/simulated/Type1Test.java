package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.READ;
import static io.iommuledger.agent.simulated.Lab.READ_WRITE;
import static io.iommuledger.agent.simulated.Lab.UNMAP_ALL;
import static io.iommuledger.agent.simulated.Lab.WRITE;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Type1Test {

    private static final long IOVA = 0x10_0000;

    private Lab lab;

    @BeforeEach
    void machine() throws KernelRefused {
        lab = new Lab();
    }

    private void map(long iova, long size) throws KernelRefused {
        lab.host.mapDma(lab.container, lab.ram, iova, size, READ_WRITE);
    }

    private long unmap(long iova, long size) throws KernelRefused {
        return lab.host.unmapDma(lab.container, iova, size, 0);
    }

    private long avail() throws KernelRefused {
        return lab.host.iommuInfo(lab.container).dmaAvail().orElseThrow();
    }

    @Test
    void touchingMappingsStayTwoObjects() throws KernelRefused {
        map(IOVA, PAGE);
        map(IOVA + PAGE, PAGE);
        assertThat(avail()).isEqualTo(65_533);
    }

    @ParameterizedTest
    @CsvSource({"0x100000, 4", "0x101000, 1", "0x0ff000, 2", "0x103000, 2", "0x0f0000, 64"})
    void refusesAnyOverlap(String iova, int pages) throws KernelRefused {
        map(IOVA, 4 * PAGE);
        assertThat(errnoOf(() -> map(Long.decode(iova), pages * PAGE))).isEqualTo(Errno.EEXIST);
        assertThat(avail()).isEqualTo(65_534);
    }

    @ParameterizedTest
    @CsvSource({
        "0x200800, 0x1000, 3",
        "0x200000, 0x800, 3",
        "0x200000, 0, 3",
        "0x200000, 0x1000, 0",
        "0x200000, 0x1000, 8",
        "0xfee00000, 0x1000, 3",
        "0xfed00000, 0x200000, 3",
        "0x8000000000, 0x1000, 3",
    })
    void refusesWhatNoIommuCouldTranslate(String iova, String size, int access) {
        assertThat(errnoOf(() -> lab.host.mapDma(lab.container, lab.ram, Long.decode(iova), Long.decode(size), access)))
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void mapsUpToTheLastByteOfEachRange() throws KernelRefused {
        map(0, PAGE);
        map(0xfedf_f000L, PAGE);
        map(0xfef0_0000L, PAGE);
        map(0x7f_ffff_f000L, PAGE);
        assertThat(avail()).isEqualTo(65_531);
    }

    @ParameterizedTest
    @CsvSource({"V6_1, EINVAL", "V6_12, EINVAL", "V7_3, EOVERFLOW"})
    void refusesARangeThatWrapsAsItsKernelDoes(KernelVersion kernel, String errno) throws KernelRefused {
        lab = new Lab(kernel);
        assertThat(errnoOf(() -> map(-PAGE, 2 * PAGE)).symbol()).isEqualTo(errno);
        assertThat(errnoOf(() -> unmap(-PAGE, 2 * PAGE)).symbol()).isEqualTo(errno);
    }

    @Test
    void sumsUpTheMappingsThatARangeCovers() throws KernelRefused {
        map(IOVA, PAGE);
        map(IOVA + 5 * PAGE, 2 * PAGE);
        assertThat(unmap(0, 0x20_0000)).isEqualTo(3 * PAGE);
        assertThat(avail()).isEqualTo(65_535);
    }

    @Test
    void succeedsWithSizeZeroIfNothingIsThere() throws KernelRefused {
        map(IOVA, PAGE);
        assertThat(unmap(IOVA + PAGE, PAGE)).isZero();
        assertThat(unmap(IOVA - PAGE, PAGE)).isZero();
        assertThat(avail()).isEqualTo(65_534);
    }

    @ParameterizedTest
    @CsvSource({"0x100000, 1", "0x101000, 3", "0x101000, 1", "0x0ff000, 2", "0x0ff000, 6"})
    void refusesAnUnmapThatBisectsAMappingAndRemovesNothing(String iova, int pages) throws KernelRefused {
        map(IOVA, 4 * PAGE);
        map(IOVA + 4 * PAGE, 2 * PAGE);
        assertThat(errnoOf(() -> unmap(Long.decode(iova), pages * PAGE))).isEqualTo(Errno.EINVAL);
        assertThat(avail()).isEqualTo(65_533);
    }

    @Test
    void refusesAnUnmapThatIsEmptyOrMisaligned() {
        assertThat(errnoOf(() -> unmap(IOVA, 0))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> unmap(IOVA + 0x800, PAGE))).isEqualTo(Errno.EINVAL);
        assertThat(errnoOf(() -> unmap(0, -1L))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void unmapAllWantsNoRange() throws KernelRefused {
        map(IOVA, PAGE);
        map(0x7f_ffff_f000L, PAGE);
        assertThat(errnoOf(() -> lab.host.unmapDma(lab.container, 0, PAGE, UNMAP_ALL)))
                .isEqualTo(Errno.EINVAL);
        assertThat(lab.host.unmapDma(lab.container, 0, 0, UNMAP_ALL)).isEqualTo(2 * PAGE);
    }

    @Test
    void refusesTheMappingBeyondTheLimitUntilOneGoes() throws KernelRefused {
        for (int i = 0; i < 65_535; i++) {
            map(IOVA + i * PAGE, PAGE);
        }
        assertThat(errnoOf(() -> map(0, PAGE))).isEqualTo(Errno.ENOSPC);
        assertThat(errnoOf(() -> map(IOVA, PAGE))).isEqualTo(Errno.EEXIST);
        assertThat(unmap(IOVA, PAGE)).isEqualTo(PAGE);
        map(0, PAGE);
        assertThat(avail()).isZero();
    }

    @Test
    void refusesMemoryThatTheDeviceCouldNotUse() throws KernelRefused {
        long hole = lab.host.mmapProtected(PAGE, MemoryAccess.NONE);
        long readOnly = lab.host.mmapProtected(PAGE, MemoryAccess.READ_ONLY);
        assertThat(errnoOf(() -> lab.host.mapDma(lab.container, hole, IOVA, PAGE, READ)))
                .isEqualTo(Errno.EFAULT);
        assertThat(errnoOf(() -> lab.host.mapDma(lab.container, readOnly, IOVA, PAGE, WRITE)))
                .isEqualTo(Errno.EFAULT);
        assertThat(errnoOf(() -> lab.host.mapDma(lab.container, lab.ram, IOVA, 65 * PAGE, READ)))
                .isEqualTo(Errno.EFAULT);
        lab.host.mapDma(lab.container, readOnly, IOVA, PAGE, READ);
        assertThat(avail()).isEqualTo(65_534);
    }

    @Test
    void type1OfTheFirstVersionUnmapsAWholeMappingForItsFirstPage() throws KernelRefused {
        SimulatedHost host = SimulatedHosts.lab();
        var container = host.openContainer();
        host.setContainer(host.openGroup(4), container);
        host.setIommu(container, 1);
        host.mapDma(container, host.mmapAnonymous(4 * PAGE, 0), IOVA, 4 * PAGE, READ_WRITE);
        assertThat(host.unmapDma(container, IOVA + PAGE, PAGE, 0)).isZero();
        assertThat(host.unmapDma(container, IOVA, PAGE, 0)).isEqualTo(4 * PAGE);
    }
}
