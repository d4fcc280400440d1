package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.DeviceInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.kernel.RegionInfo.MmapArea;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One PCI function under vfio-pci (drivers/vfio/pci/vfio_pci_core.c). */
final class SimulatedDevice {

    private static final String VFIO_DRIVER = "vfio-pci";
    private static final int CONFIG = 7;
    private static final int REGIONS = 9;
    private static final int VGA = 8;

    private final PciFunction function;
    private final DeviceInfo info;
    private final ConfigSpace config;
    private final Interrupts interrupts;
    private final Power power;
    private final Map<Integer, BarMemory> bars = new TreeMap<>();
    private int openFiles;
    private int resets;

    SimulatedDevice(PciFunction function, Topology topology, KernelVersion kernel) {
        this.function = function;
        this.interrupts = new Interrupts(kernel);
        this.info = new DeviceInfo(topology.resettable(function) ? 3 : 2, REGIONS, Interrupts.INDEXES);
        this.power = new Power(function.resetMethods().contains("pm"));
        this.config = new ConfigSpace(function);
        config.enable();
        function.bars().forEach(bar -> bars.put(bar.index(), new BarMemory(bar, config, power)));
    }

    PciAddress address() {
        return function.address();
    }

    int group() {
        return function.group();
    }

    boolean boundToVfio() {
        return function.driver().equals(VFIO_DRIVER);
    }

    boolean hasHostDriver() {
        return !function.driver().isEmpty() && !boundToVfio();
    }

    /** The first open enables the device and tries to reset it. */
    void opened() {
        openFiles++;
        if (openFiles == 1) {
            config.enable();
            resetIfPossible();
        }
    }

    /** The last close disarms interrupts, tries to reset the device, and restores what the first open saved. */
    void closed() {
        openFiles--;
        if (openFiles == 0) {
            interrupts.disarmAll();
            power.exit();
            resetIfPossible();
            config.enable();
        }
    }

    boolean open() {
        return openFiles > 0;
    }

    boolean decodes() {
        return config.decodesMemory();
    }

    private void resetIfPossible() {
        if (info.resettable()) {
            wasReset();
        }
    }

    /** A reset by whatever method: configuration is saved and restored around it, translations are not looked at. */
    void wasReset() {
        resets++;
    }

    int resets() {
        return resets;
    }

    DeviceInfo info() {
        return info;
    }

    void reset() throws KernelRefused {
        if (!info.resettable()) {
            throw new KernelRefused("VFIO_DEVICE_RESET", Errno.EINVAL);
        }
        wasReset();
    }

    RegionInfo region(int index) throws KernelRefused {
        if (index < 0 || index >= VGA) {
            throw new KernelRefused("VFIO_DEVICE_GET_REGION_INFO", Errno.EINVAL);
        }
        long offset = (long) index << 40;
        if (index == CONFIG) {
            return new RegionInfo(index, 3, ConfigSpace.BYTES, offset, List.of());
        }
        return bar(index)
                .map(found -> barRegion(found.bar(), offset))
                .orElseGet(() -> new RegionInfo(index, 0, 0, offset, List.of()));
    }

    private static RegionInfo barRegion(Bar bar, long offset) {
        return mappable(bar)
                ? new RegionInfo(bar.index(), 7, bar.size(), offset, List.of(new MmapArea(0, bar.size())))
                : new RegionInfo(bar.index(), 3, bar.size(), offset, List.of());
    }

    /** The kernel also maps a smaller BAR if it can keep the rest of the page to itself; that is not modelled. */
    private static boolean mappable(Bar bar) {
        return bar.size() >= SimulatedMemory.PAGE;
    }

    Optional<BarMemory> bar(int index) {
        return Optional.ofNullable(bars.get(index));
    }

    /** {@code vfio_pci_core_mmap}: inside one BAR that can be mapped. */
    BarMemory window(int index, long offset, long size) throws KernelRefused {
        return bar(index)
                .filter(found -> mappable(found.bar()) && offset % SimulatedMemory.PAGE == 0)
                .filter(found -> new MmapArea(0, found.bar().size()).contains(offset, size))
                .orElseThrow(() -> new KernelRefused("mmap", Errno.EINVAL));
    }

    Power power() {
        return power;
    }

    Interrupts interrupts() {
        return interrupts;
    }

    int read(int index, long offset, int width) throws KernelRefused {
        return index == CONFIG
                ? config.read(offset, width)
                : decodingBar("pread", index, offset, width).read(offset, width);
    }

    void write(int index, long offset, int width, int value) throws KernelRefused {
        if (index == CONFIG) {
            config.write(offset, width, value);
        } else {
            decodingBar("pwrite", index, offset, width).write(offset, width, value);
        }
    }

    /** {@code vfio_pci_bar_rw}: EINVAL outside comes before EIO of a device that does not decode. */
    private BarMemory decodingBar(String call, int index, long offset, int width) throws KernelRefused {
        BarMemory found = bar(index)
                .filter(bar -> new MmapArea(0, bar.bar().size()).contains(offset, width))
                .orElseThrow(() -> new KernelRefused(call, Errno.EINVAL));
        if (!config.decodesMemory()) {
            throw new KernelRefused(call, Errno.EIO);
        }
        return found;
    }
}
