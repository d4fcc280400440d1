package io.iommuledger.agent.linux;

import static io.iommuledger.agent.linux.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.FileFd;
import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real libc on any Linux, with or without VFIO: {@code /dev/null} stands for a file that does not know the request.
 */
final class LinuxVfioKernelTest {
    private static final long PAGE = 4096;

    private final LinuxVfioKernel kernel = new LinuxVfioKernel();

    @Test
    void opensTheContainerOrSaysWhyNot() throws KernelRefused {
        if (Files.exists(Path.of("/dev/vfio/vfio"))) {
            try {
                kernel.close(kernel.openContainer());
            } catch (KernelRefused e) {
                assertThat(e.evidence().call()).isEqualTo("open /dev/vfio/vfio");
            }
        } else {
            assertRefused("open /dev/vfio/vfio", Errno.ENOENT, kernel::openContainer);
        }
    }

    @Test
    void aGroupThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> kernel.openGroup(987654321))
                .isInstanceOf(KernelRefused.class)
                .hasMessage("open /dev/vfio/987654321: ENOENT (2)");
    }

    @Test
    void aClosedDescriptorAnswersEbadf() throws KernelRefused {
        ContainerFd container = new ContainerFd(kernel.open("/dev/null"));
        kernel.close(container);
        assertRefused("VFIO_IOMMU_MAP_DMA", Errno.EBADF, () -> kernel.mapDma(container, PAGE, 0, PAGE, 3));
        assertRefused("VFIO_IOMMU_UNMAP_DMA", Errno.EBADF, () -> kernel.unmapDma(container, 0, PAGE, 0));
        assertRefused("close", Errno.EBADF, () -> kernel.close(container));
    }

    @Test
    void aContainerRequestThatTheFileDoesNotKnowAnswersEnotty() throws KernelRefused {
        ContainerFd container = new ContainerFd(kernel.open("/dev/null"));
        assertNotKnown("VFIO_GET_API_VERSION", () -> kernel.apiVersion(container));
        assertNotKnown("VFIO_CHECK_EXTENSION", () -> kernel.checkExtension(container, 3));
        assertNotKnown("VFIO_SET_IOMMU", () -> kernel.setIommu(container, 3));
        assertNotKnown("VFIO_IOMMU_GET_INFO", () -> kernel.iommuInfo(container));
        assertNotKnown("VFIO_IOMMU_MAP_DMA", () -> kernel.mapDma(container, PAGE, 0, PAGE, 3));
        assertNotKnown("VFIO_IOMMU_UNMAP_DMA", () -> kernel.unmapDma(container, 0, PAGE, 0));
        kernel.close(container);
    }

    @Test
    void aGroupRequestThatTheFileDoesNotKnowAnswersEnotty() throws KernelRefused {
        GroupFd group = new GroupFd(kernel.open("/dev/null"));
        assertNotKnown("VFIO_GROUP_GET_STATUS", () -> kernel.groupStatus(group));
        assertNotKnown("VFIO_GROUP_SET_CONTAINER", () -> kernel.setContainer(group, new ContainerFd(0)));
        assertNotKnown("VFIO_GROUP_UNSET_CONTAINER", () -> kernel.unsetContainer(group));
        assertNotKnown("VFIO_GROUP_GET_DEVICE_FD", () -> kernel.openDevice(group, new PciAddress(0, 0, 0, 0)));
        kernel.close(group);
    }

    @Test
    void aDeviceRequestThatTheFileDoesNotKnowAnswersEnotty() throws KernelRefused {
        DeviceFd device = new DeviceFd(kernel.open("/dev/null"));
        assertNotKnown("VFIO_DEVICE_GET_INFO", () -> kernel.deviceInfo(device));
        assertNotKnown("VFIO_DEVICE_GET_REGION_INFO", () -> kernel.regionInfo(device, 0));
        assertNotKnown("VFIO_DEVICE_GET_IRQ_INFO", () -> kernel.irqInfo(device, 0));
        assertNotKnown("VFIO_DEVICE_SET_IRQS", () -> kernel.disarmIrqs(device, 0));
        assertNotKnown("VFIO_DEVICE_RESET", () -> kernel.resetDevice(device));
        assertNotKnown("VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", () -> kernel.hotResetInfo(device));
        assertNotKnown("VFIO_DEVICE_PCI_HOT_RESET", () -> kernel.hotReset(device, List.of()));
        assertNotKnown("VFIO_DEVICE_GET_REGION_INFO", () -> kernel.readRegion(device, 7, 4, 2));
        assertNotKnown("VFIO_DEVICE_GET_REGION_INFO", () -> kernel.writeRegion(device, 7, 4, 2, 0));
        assertNotKnown("VFIO_DEVICE_GET_REGION_INFO", () -> kernel.mmapRegion(device, 0, 0, PAGE));
        kernel.close(device);
    }

    @Test
    void descriptorsAreCloseOnExec() throws KernelRefused, IOException {
        ContainerFd container = new ContainerFd(kernel.open("/dev/null"));
        List<String> fdinfo = Files.readAllLines(Path.of("/proc/self/fdinfo/" + container.number()));
        kernel.close(container);
        String flags = fdinfo.stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        assertThat(Integer.parseInt(flags.substring("flags:".length()).strip(), 8))
                .satisfies(value -> assertThat(value & LibcFlags.O_CLOEXEC).isNotZero())
                .satisfies(value -> assertThat(value & 3).isEqualTo(LibcFlags.O_RDWR));
    }

    @Test
    void anonymousMemoryIsZeroedWritableAndGivenBack() throws KernelRefused, IOException {
        long vaddr = kernel.mmapAnonymous(4 * PAGE, 0);
        Pointer memory = new Pointer(vaddr);
        assertThat(vaddr % PAGE).isZero();
        assertThat(memory.getLong(3 * PAGE)).isZero();
        memory.setLong(3 * PAGE, 0x0123456789abcdefL);
        assertThat(memory.getLong(3 * PAGE)).isEqualTo(0x0123456789abcdefL);
        assertThat(mapped(vaddr)).isTrue();
        kernel.munmap(vaddr, 4 * PAGE);
        assertThat(mapped(vaddr)).isFalse();
    }

    @Test
    void memoryThatCannotBeHadIsRefused() {
        assertRefused("mmap", Errno.EINVAL, () -> kernel.mmapAnonymous(0, 0));
        assertRefused("mmap", Errno.ENOMEM, () -> kernel.mmapAnonymous(1L << 62, 0));
        assertRefused("munmap", Errno.EINVAL, () -> kernel.munmap(1, PAGE));
    }

    @Test
    void hugePagesAreGivenOrRefusedByName() {
        assertGivenOrOutOfMemory(2L << 20);
        assertGivenOrOutOfMemory(1L << 30);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.mmapAnonymous(PAGE, PAGE))
                .withMessageContaining("4096");
    }

    /** ENOMEM: none are set aside. EINVAL: this kernel has no pages of that size. */
    private void assertGivenOrOutOfMemory(long bytes) {
        try {
            kernel.munmap(kernel.mmapAnonymous(bytes, bytes), bytes);
        } catch (KernelRefused e) {
            assertThat(e.evidence().call()).isEqualTo("mmap");
            assertThat(e.errno()).isIn(Errno.ENOMEM, Errno.EINVAL);
        }
    }

    @Test
    void aFileIsOpenedMappedAndKnownForWhatItIs(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("ring"), "x".repeat((int) PAGE));
        FileFd open = kernel.openFile(file.toString(), true);
        assertThat(kernel.fileKind(open)).isEqualTo(FileKind.REGULAR);
        long vaddr = kernel.mmapFile(open, 0, PAGE, true);
        kernel.close(open);
        new Pointer(vaddr).setByte(0, (byte) 'y');
        assertThat(kernel.mapsDeviceMemory(vaddr, PAGE)).isFalse();
        kernel.munmap(vaddr, PAGE);
        assertThat(Files.readString(file)).startsWith("yx");
        assertThat(kindOf("/dev/null")).isEqualTo(FileKind.DEVICE);
        assertThat(kindOf(directory.toString())).isEqualTo(FileKind.DIRECTORY);
        assertRefused("open " + directory, Errno.EISDIR, () -> kernel.openFile(directory.toString(), true));
        assertRefused("open " + file + "/x", Errno.ENOTDIR, () -> kernel.openFile(file + "/x", false));
    }

    /** Without O_NONBLOCK the open for reading would wait for a writer for ever. */
    @Test
    @Timeout(60)
    void aFifoIsOpenedWithoutWaitingForAWriter(@TempDir Path directory) throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertThat(kindOf(fifo.toString())).isEqualTo(FileKind.FIFO);
    }

    private FileKind kindOf(String path) throws KernelRefused {
        FileFd file = kernel.openFile(path, false);
        try {
            return kernel.fileKind(file);
        } finally {
            kernel.close(file);
        }
    }

    private static boolean mapped(long vaddr) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .map(line -> line.split("[- ]", 3))
                .anyMatch(area ->
                        Long.parseUnsignedLong(area[0], 16) <= vaddr && vaddr < Long.parseUnsignedLong(area[1], 16));
    }

    private static void assertNotKnown(String call, ThrowingCallable request) {
        assertRefused(call, Errno.ENOTTY, request);
    }
}
