package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.Frames;
import io.iommuledger.agent.kernel.Holder;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.PciAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Linux tells of the machine in {@code /etc}, {@code /proc} and {@code /sys}. */
public final class LinuxPlatform implements HostPlatform {

    /** VMD and Hyper-V number their domains beyond 16 bits; VFIO takes no part in those. */
    private static final Pattern SHORT_DOMAIN = Pattern.compile("[0-9a-f]{4}:.*");

    private final Path root;

    public LinuxPlatform() {
        this(Path.of("/"));
    }

    /** @param root the directory that holds {@code etc}, {@code proc} and {@code sys} */
    public LinuxPlatform(Path root) {
        this.root = root;
    }

    @Override
    public String machineId() {
        Path file = root.resolve("etc/machine-id");
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public String bootId() {
        return kernelTells("random/boot_id");
    }

    @Override
    public String kernelRelease() {
        return kernelTells("osrelease");
    }

    @Override
    public String hostName() {
        return kernelTells("hostname");
    }

    private String kernelTells(String name) {
        Path file = root.resolve("proc/sys/kernel").resolve(name);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public List<PciFunction> discover() {
        List<PciFunction> functions = new ArrayList<>();
        for (Path directory : pciDirectories()) {
            read(directory).ifPresent(functions::add);
        }
        functions.sort(Comparator.comparing(PciFunction::address));
        return List.copyOf(functions);
    }

    private List<Path> pciDirectories() {
        Path devices = root.resolve("sys/bus/pci/devices");
        try (Stream<Path> entries = Files.list(devices)) {
            return entries.filter(entry -> SHORT_DOMAIN.matcher(nameOf(entry)).matches())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + devices, e);
        }
    }

    /** Empty if the function has no IOMMU group, or vanished while it was being read. */
    private static Optional<PciFunction> read(Path directory) {
        SysfsDevice device = new SysfsDevice(directory);
        try {
            Optional<String> group = device.link("iommu_group");
            if (group.isEmpty()) {
                return Optional.empty();
            }
            String driver = device.link("driver").orElse("");
            List<String> resetMethods = device.words("reset_method");
            // Every function has the files below: if one is missing it is the function that went, and what was read
            // above may be half of the truth.
            return Optional.of(new PciFunction(
                    PciAddress.parse(nameOf(directory)),
                    Integer.parseInt(group.get()),
                    device.hex("vendor"),
                    device.hex("device"),
                    device.hex("class"),
                    driver,
                    resetMethods,
                    device.memoryBars()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public long memoryLockLimit() {
        return new ProcessLimits(root.resolve("proc/self")).memoryLock();
    }

    @Override
    public Frames frames(long vaddr, long size, int mostRuns, long mostPages) {
        return new Pagemap(root.resolve("proc/self/pagemap")).read(vaddr, size, mostRuns, mostPages);
    }

    @Override
    public List<Holder> holdersOf(int group) {
        return new OpenFiles(root.resolve("proc")).holders("/dev/vfio/" + group);
    }

    @Override
    public Optional<KernelLog> kernelLog() {
        return LinuxKernelLog.open(root.resolve("dev/kmsg"));
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }
}
