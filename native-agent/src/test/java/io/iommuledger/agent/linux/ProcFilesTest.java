package io.iommuledger.agent.linux;

import static io.iommuledger.agent.linux.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.kernel.Holder;
import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of {@code /proc} and {@code /dev/kmsg}. */
class ProcFilesTest {
    private static final String SMAPS = """
            7f0000000000-7f0000002000 rw-s 00000000 00:05 1 /sys/bus/pci/devices/0000:05:00.0/resource2
            Size:                  8 kB
            VmFlags: rd wr sh mr mw me ms pf io de dd
            7f0000002000-7f0000004000 rw-p 00000000 00:00 0
            Size:                  8 kB
            VmFlags: rd wr mr mw me ac
            7f0000006000-7f0000007000 rw-p 00000000 00:00 0
            VmFlags: rd wr
            """;

    @TempDir
    Path root;

    private Smaps smaps() throws IOException {
        return new Smaps(Files.writeString(root.resolve("smaps"), SMAPS));
    }

    @Test
    void deviceMemoryIsWhatTheKernelSaysItIs() throws Exception {
        assertThat(smaps().deviceMemory(0x7f0000001000L, 0x1000)).isTrue();
        assertThat(smaps().deviceMemory(0x7f0000001000L, 0x2000)).isTrue();
        assertThat(smaps().deviceMemory(0x7f0000002000L, 0x2000)).isFalse();
    }

    @Test
    void whatTheKernelDoesNotTellIsNoAnswer() {
        assertThatThrownBy(() -> smaps().deviceMemory(0x7f0000003000L, 0x4000)).isInstanceOf(KernelRefused.class);
        assertThatThrownBy(() -> smaps().deviceMemory(0x1000, 0x1000)).isInstanceOf(KernelRefused.class);
    }

    @Test
    void anEmptyRangeAndOneThatWrapsAreRefused() throws IOException {
        Smaps smaps = smaps();
        for (long[] range : new long[][] {{0x7f0000002000L, 0}, {-0x1000L, 0x2000}, {0x7f0000002000L, -0x1000L}}) {
            assertRefused("read /proc/self/smaps", Errno.EINVAL, () -> smaps.deviceMemory(range[0], range[1]));
        }
    }

    @Test
    void aRangeThatIsNotCoveredToItsLastByteIsRefused() throws IOException {
        Smaps smaps = smaps();
        assertRefused("read /proc/self/smaps", Errno.EFAULT, () -> smaps.deviceMemory(0x7f0000002000L, 0x2001));
        assertRefused("read /proc/self/smaps", Errno.EFAULT, () -> smaps.deviceMemory(0x7effffffffffL, 1));
        assertRefused("read /proc/self/smaps", Errno.EFAULT, () -> smaps.deviceMemory(-0x1000L, 0x1000));
        assertRefused("read /proc/self/smaps", Errno.EFAULT, () -> smaps.deviceMemory(0x7f0000006000L, Long.MAX_VALUE));
    }

    @Test
    void whoHoldsAFileIsFoundByHisDescriptors() throws IOException {
        Path fds = Files.createDirectories(root.resolve("4711/fd"));
        Files.createSymbolicLink(fds.resolve("3"), Path.of("/dev/vfio/41"));
        Files.writeString(root.resolve("4711/comm"), "qemu-system-x86\n");
        Files.createDirectories(root.resolve("self"));
        assertThat(new OpenFiles(root).holders("/dev/vfio/41")).containsExactly(new Holder(4711, "qemu-system-x86"));
        assertThat(new OpenFiles(root).holders("/dev/vfio/42")).isEmpty();
    }

    @Test
    void theLimitOfLockedMemoryDoesNotBindWhoHasTheCapability() throws IOException {
        Files.writeString(root.resolve("limits"), "Max locked memory         8388608              8388608     bytes\n");
        Files.writeString(root.resolve("status"), "CapEff:\t0000000000000000\n");
        assertThat(new ProcessLimits(root).memoryLock()).isEqualTo(8_388_608);
        Files.writeString(root.resolve("status"), "CapEff:\t0000000000004000\n");
        assertThat(new ProcessLimits(root).memoryLock())
                .as("a kernel without user namespaces")
                .isEqualTo(-1);
        Files.createDirectories(root.resolve("ns"));
        Files.createSymbolicLink(root.resolve("ns/user"), Path.of("user:[4026531837]"));
        assertThat(new ProcessLimits(root).memoryLock()).isEqualTo(-1);
    }

    @Test
    void theCapabilityOfAContainersOwnRootDoesNotCount() throws IOException {
        Files.writeString(root.resolve("limits"), "Max locked memory         8388608              8388608     bytes\n");
        Files.writeString(root.resolve("status"), "CapEff:\t000001ffffffffff\n");
        Files.createDirectories(root.resolve("ns"));
        Files.createSymbolicLink(root.resolve("ns/user"), Path.of("user:[4026532871]"));
        assertThat(new ProcessLimits(root).memoryLock()).isEqualTo(8_388_608);
    }

    @Test
    void aRecordOfTheKernelsLogHasATimeAndAText() {
        assertThat(LinuxKernelLog.parse("3,339,5140900,-;DMAR: DRHD\n SUBSYSTEM=pci\n"))
                .contains(new KernelLog.Line(5_140_900_000L, "DMAR: DRHD"));
        assertThat(LinuxKernelLog.parse("no record")).isEmpty();
    }
}
