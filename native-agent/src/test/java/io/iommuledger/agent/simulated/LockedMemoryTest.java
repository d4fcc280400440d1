package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.Lab.PAGE;
import static io.iommuledger.agent.simulated.Lab.READ_WRITE;
import static io.iommuledger.agent.simulated.Lab.errnoOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LockedMemoryTest {

    private static final long IOVA = 0x10_0000;

    private Lab lab;

    @BeforeEach
    void machine() throws KernelRefused {
        lab = new Lab();
    }

    private void map(SimulatedHost process, long vaddr, long iova, long pages) throws KernelRefused {
        process.mapDma(lab.container, vaddr, iova, pages * PAGE, READ_WRITE);
    }

    @Test
    void aLimitThatIsPassedOverLimitsNothingAndIsNotTold() throws KernelRefused {
        lab.host.limitLockedMemory(PAGE, false);
        assertThat(lab.host.memoryLockLimit()).isEqualTo(PAGE);
        assertThat(errnoOf(() -> map(lab.host, lab.ram, IOVA, 2))).isEqualTo(Errno.ENOMEM);
        lab.host.limitLockedMemory(PAGE, true);
        assertThat(lab.host.memoryLockLimit()).isEqualTo(-1);
        map(lab.host, lab.ram, IOVA, 2);
        assertThat(lab.host.lockedBytes()).isEqualTo(2 * PAGE);
    }

    @Test
    void ofAHoleAndTheLimitThePageThatComesFirstDecides() {
        lab.host.limitLockedMemory(64 * PAGE, false);
        assertThat(errnoOf(() -> map(lab.host, lab.ram, IOVA, 65))).isEqualTo(Errno.EFAULT);
        lab.host.limitLockedMemory(63 * PAGE, false);
        assertThat(errnoOf(() -> map(lab.host, lab.ram, IOVA, 65))).isEqualTo(Errno.ENOMEM);
        assertThat(lab.host.lockedBytes()).isZero();
    }

    @Test
    void eachProcessIsChargedWhatItMappedWhoeverUnmapsIt() throws KernelRefused {
        SimulatedHost other = lab.host.peer();
        map(lab.host, lab.ram, IOVA, 2);
        map(other, other.mmapAnonymous(PAGE, 0), 2 * IOVA, 1);
        assertThat(lab.host.lockedBytes()).isEqualTo(2 * PAGE);
        assertThat(other.lockedBytes()).isEqualTo(PAGE);
        assertThat(other.unmapDma(lab.container, IOVA, 2 * PAGE, 0)).isEqualTo(2 * PAGE);
        assertThat(lab.host.lockedBytes()).isZero();
        assertThat(other.lockedBytes()).isEqualTo(PAGE);
    }

    @Test
    void theLastGroupGivesTheChargeBack() throws KernelRefused {
        map(lab.host, lab.ram, IOVA, 3);
        lab.host.unsetContainer(lab.group("edu"));
        assertThat(lab.host.lockedBytes()).isZero();
    }
}
