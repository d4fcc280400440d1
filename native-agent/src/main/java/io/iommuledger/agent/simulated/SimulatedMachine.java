package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a simulated machine, and which belong together. */
final class SimulatedMachine {

    private static final int EDU_VENDOR = 0x1234;
    private static final int EDU_PRODUCT = 0x11e8;

    private record PathEntry(FileKind kind, Backing content) {}

    private final Topology topology;
    private final KernelVersion kernel;
    private final IommuDriver driver;
    private final Map<PciAddress, SimulatedDevice> devices = new HashMap<>();
    private final Map<Integer, SimulatedGroup> groups = new HashMap<>();
    private final Map<BarMemory, EduDma> engines = new HashMap<>();
    private final Map<String, PathEntry> paths = new HashMap<>();

    SimulatedMachine(Topology topology, KernelVersion kernel, IommuDriver driver) {
        this.topology = topology;
        this.kernel = kernel;
        this.driver = driver;
        for (PciFunction function : topology.functions()) {
            SimulatedDevice device = new SimulatedDevice(function, topology, kernel);
            devices.put(function.address(), device);
            addResources(function, device);
            groups.computeIfAbsent(function.group(), number -> new SimulatedGroup(number, topology.spaceOf(number)))
                    .add(device);
            if (function.vendor() == EDU_VENDOR && function.product() == EDU_PRODUCT) {
                addEngine(device);
            }
        }
    }

    /** sysfs has a file for each BAR, whoever drives the function. */
    private void addResources(PciFunction function, SimulatedDevice device) {
        for (Bar bar : function.bars()) {
            addFile(
                    "/sys/bus/pci/devices/" + function.address() + "/resource" + bar.index(),
                    FileKind.REGULAR,
                    device.bar(bar.index()).orElseThrow());
        }
    }

    Topology topology() {
        return topology;
    }

    KernelVersion kernel() {
        return kernel;
    }

    PathFile open(String path, boolean writable) throws KernelRefused {
        PathEntry found = paths.get(path);
        if (found == null) {
            throw new KernelRefused("open " + path, Errno.ENOENT);
        }
        if (found.kind() == FileKind.SOCKET) {
            throw new KernelRefused("open " + path, Errno.ENXIO);
        }
        if (found.kind() == FileKind.DIRECTORY && writable) {
            throw new KernelRefused("open " + path, Errno.EISDIR);
        }
        return new PathFile(found.kind(), found.content());
    }

    void addFile(String path, FileKind kind, Backing content) {
        paths.put(path, new PathEntry(kind, content));
    }

    /** The DMA engine behind a BAR; none but edu's BAR 0 has one. */
    Optional<EduDma> engineOf(BarMemory bar) {
        return Optional.ofNullable(engines.get(bar));
    }

    private void addEngine(SimulatedDevice edu) {
        edu.bar(0).ifPresent(bar -> engines.put(bar, new EduDma(() -> busOf(edu))));
    }

    private EduDma.Bus busOf(SimulatedDevice edu) {
        return new EduDma.Bus() {
            @Override
            public DmaAnswer read(long iova) {
                return iommuOf(edu).map(iommu -> iommu.read(iova)).orElseGet(DmaAnswer.Fault::new);
            }

            @Override
            public void write(long iova, String text) {
                iommuOf(edu).ifPresent(iommu -> iommu.write(iova, text));
            }
        };
    }

    /** A DMA of a bus master, as its IOMMU lets it through. */
    Optional<Type1> iommuOf(SimulatedDevice initiator) {
        return group(initiator.group()).flatMap(SimulatedGroup::container).flatMap(SimulatedContainer::iommu);
    }

    SimulatedContainer newContainer() {
        return new SimulatedContainer(flavour -> new Type1(flavour, topology, kernel, driver));
    }

    Optional<SimulatedGroup> group(int number) {
        return Optional.ofNullable(groups.get(number));
    }

    /** @throws IllegalArgumentException if there is none: a test that errs, not a kernel that refuses */
    SimulatedDevice device(PciAddress address) {
        return Optional.ofNullable(devices.get(address))
                .orElseThrow(() -> new IllegalArgumentException("no such function here: " + address));
    }

    ResetSet resetSetOf(SimulatedDevice device) {
        List<PciFunction> bus = topology.busOf(device.address());
        return new ResetSet(
                bus.stream().map(function -> device(function.address())).toList(),
                bus.stream().map(PciFunction::address).noneMatch(topology.notReadyAfterBusReset()::contains));
    }
}
