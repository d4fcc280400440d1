package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of files and links with the shape of sysfs. */
final class LinuxPlatformTest {
    private static final String NO_BAR = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";

    private final Path root;
    private final LinuxPlatform platform;

    LinuxPlatformTest(@TempDir Path root) {
        this.root = root;
        this.platform = new LinuxPlatform(root);
    }

    @Test
    void readsTheIdentitiesOfTheMachine() throws IOException {
        write(root.resolve("etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
        write(root.resolve("proc/sys/kernel/random/boot_id"), "7d0ad4e5-1c4c-4b0e-8f1c-2f9c9a1f0c11\n");
        write(root.resolve("proc/sys/kernel/osrelease"), "6.12.9-generic\n");
        write(root.resolve("proc/sys/kernel/hostname"), "node-7\n");
        assertThat(platform.machineId()).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(platform.bootId()).isEqualTo("7d0ad4e5-1c4c-4b0e-8f1c-2f9c9a1f0c11");
        assertThat(platform.kernelRelease()).isEqualTo("6.12.9-generic");
        assertThat(platform.hostName()).isEqualTo("node-7");
    }

    @Test
    void aMachineWithoutAnIdHasAnEmptyOne() {
        assertThat(platform.machineId()).isEmpty();
        assertThatThrownBy(platform::bootId)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("proc/sys/kernel/random/boot_id");
    }

    @Test
    void aMachineWithoutPciHasNoFunctions() {
        assertThat(platform.discover()).isEmpty();
    }

    @Test
    void readsAFunctionWithAllItHas() throws IOException {
        Path device = function("0000:3b:00.1", 12);
        link(device.resolve("driver"), "../../bus/pci/drivers/vfio-pci");
        write(device.resolve("reset_method"), "flr bus\n");
        write(
                device.resolve("resource"),
                "0x0000382000000000 0x00003827ffffffff 0x000000000014220c\n" // 64 bit, prefetchable
                        + NO_BAR
                        + "0x000000000000e000 0x000000000000e01f 0x0000000000040101\n" // I/O ports
                        + "0x00000000fe000000 0x00000000fe000fff 0x0000000000040200\n"
                        + NO_BAR
                        + NO_BAR
                        + "0x00000000fe100000 0x00000000fe17ffff 0x0000000000046200\n"); // ROM
        assertThat(platform.discover())
                .containsExactly(new PciFunction(
                        PciAddress.parse("0000:3b:00.1"),
                        12,
                        0x10de,
                        0x2330,
                        0x030200,
                        "vfio-pci",
                        List.of("flr", "bus"),
                        List.of(new Bar(0, 0x382000000000L, 0x800000000L), new Bar(3, 0xfe000000L, 0x1000))));
    }

    @Test
    void aFunctionWithoutDriverResetMethodAndBarsHasEmptyOnes() throws IOException {
        function("0000:00:1f.0", 4);
        assertThat(platform.discover()).singleElement().satisfies(function -> {
            assertThat(function.driver()).isEmpty();
            assertThat(function.resetMethods()).isEmpty();
            assertThat(function.bars()).isEmpty();
        });
    }

    @Test
    void aFunctionThatCannotBeResetHasNoMethods() throws IOException {
        write(function("0000:00:1f.0", 4).resolve("reset_method"), "\n");
        assertThat(platform.discover().getFirst().resetMethods()).isEmpty();
    }

    @Test
    void aBarWithoutAnAddressKeepsItsSize() throws IOException {
        Path device = function("0000:00:02.0", 1);
        write(device.resolve("resource"), "0x0000000000000000 0x000000000000ffff 0x0000000020040200\n");
        assertThat(platform.discover().getFirst().bars()).containsExactly(new Bar(0, 0, 0x10000));
    }

    @Test
    void leavesOutWhatHasNoGroupOrADomainBeyondVfio() throws IOException {
        Files.delete(function("0000:00:00.0", 1).resolve("iommu_group"));
        function("10000:e1:00.0", 2);
        function("0000:00:01.0", 3);
        assertThat(platform.discover()).extracting(PciFunction::group).containsExactly(3);
    }

    @Test
    void leavesOutAFunctionThatVanishesWhileItIsRead() throws IOException {
        Files.delete(function("0000:00:01.0", 1).resolve("resource"));
        Files.delete(function("0000:00:02.0", 2).resolve("vendor"));
        link(root.resolve("sys/bus/pci/devices/0000:00:03.0"), "../../../devices/pci0000:00/0000:00:03.0");
        function("0000:00:04.0", 4);
        assertThat(platform.discover()).extracting(PciFunction::group).containsExactly(4);
    }

    @Test
    void sortsByAddress() throws IOException {
        function("0001:00:00.0", 5);
        function("0000:81:00.0", 6);
        function("0000:0a:00.1", 7);
        function("0000:0a:00.0", 8);
        assertThat(platform.discover()).extracting(PciFunction::group).containsExactly(8, 7, 6, 5);
    }

    /** A function with a group and the files that every function has. */
    private Path function(String address, int group) throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/devices/pci0000:00/" + address));
        link(root.resolve("sys/bus/pci/devices/" + address), "../../../devices/pci0000:00/" + address);
        link(device.resolve("iommu_group"), "../../../kernel/iommu_groups/" + group);
        write(device.resolve("vendor"), "0x10de\n");
        write(device.resolve("device"), "0x2330\n");
        write(device.resolve("class"), "0x030200\n");
        write(device.resolve("resource"), NO_BAR.repeat(13));
        return device;
    }

    private static void link(Path link, String target) throws IOException {
        Files.createDirectories(link.resolveSibling("."));
        Files.createSymbolicLink(link, Path.of(target));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }
}
