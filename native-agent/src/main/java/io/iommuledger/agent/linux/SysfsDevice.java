package io.iommuledger.agent.linux;

import io.iommuledger.lifecycle.device.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of one directory under {@code /sys/bus/pci/devices}; Documentation/ABI/testing/sysfs-bus-pci. */
final class SysfsDevice {
    private static final int BARS = 6;

    /** include/linux/ioport.h. */
    private static final long IORESOURCE_MEM = 0x200;

    private final Path directory;

    SysfsDevice(Path directory) {
        this.directory = directory;
    }

    /** Last name of a link's target, empty if there is no such link. */
    Optional<String> link(String name) throws IOException {
        try {
            return Optional.of(String.valueOf(
                    Files.readSymbolicLink(directory.resolve(name)).getFileName()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Words of a file that need not be there. */
    List<String> words(String name) throws IOException {
        try {
            String text = Files.readString(directory.resolve(name)).strip();
            return text.isEmpty() ? List.of() : List.of(text.split("\\s+", -1));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    int hex(String name) throws IOException {
        return Integer.decode(Files.readString(directory.resolve(name)).strip());
    }

    /**
     * From {@code resource}, a line of start, last and flags for each. The upper half of a 64-bit BAR is a line of
     * zeros, as is a BAR that does not exist.
     */
    List<Bar> memoryBars() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("resource"));
        List<Bar> bars = new ArrayList<>();
        for (int index = 0; index < Math.min(BARS, lines.size()); index++) {
            String[] fields = lines.get(index).strip().split("\\s+", -1);
            long start = unsigned(fields[0]);
            long size = unsigned(fields[1]) - start + 1;
            if ((unsigned(fields[2]) & IORESOURCE_MEM) != 0 && size != 0) {
                bars.add(new Bar(index, start, size));
            }
        }
        return List.copyOf(bars);
    }

    private static long unsigned(String hex) {
        return Long.parseUnsignedLong(hex.substring(2), 16);
    }
}
