package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The parts of a simulated machine, and which belong together. */
final class SimulatedMachine {

    private final Topology topology;
    private final KernelVersion kernel;
    private final SimulatedMemory memory = new SimulatedMemory();
    private final Map<PciAddress, SimulatedDevice> devices = new HashMap<>();
    private final Map<Integer, SimulatedGroup> groups = new HashMap<>();

    SimulatedMachine(Topology topology, KernelVersion kernel) {
        this.topology = topology;
        this.kernel = kernel;
        for (PciFunction function : topology.functions()) {
            SimulatedDevice device = new SimulatedDevice(function, topology, kernel);
            devices.put(function.address(), device);
            groups.computeIfAbsent(function.group(), SimulatedGroup::new).add(device);
        }
    }

    Topology topology() {
        return topology;
    }

    KernelVersion kernel() {
        return kernel;
    }

    SimulatedMemory memory() {
        return memory;
    }

    SimulatedContainer newContainer() {
        return new SimulatedContainer(flavour -> new Type1(flavour, topology, kernel, memory));
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
        return new ResetSet(topology.busOf(device.address()).stream()
                .map(function -> device(function.address()))
                .toList());
    }
}
