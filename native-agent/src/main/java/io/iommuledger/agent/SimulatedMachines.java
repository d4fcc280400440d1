package io.iommuledger.agent;

import io.iommuledger.agent.journal.OwnerOnly;
import io.iommuledger.agent.recording.StateDirectory;
import io.iommuledger.agent.simulated.KernelVersion;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Simulated machines that stay themselves from start to start. */
public final class SimulatedMachines {

    /** Name of the demo machine. */
    public static final String HOST = "demo";

    /** The demo machine's ordinary file. */
    public static final String FILE = "/dev/shm/ring";

    private SimulatedMachines() {}

    /** The demo machine, with the machine id that is kept in the state directory. */
    public static SimulatedHost demo(String name, Path stateDirectory) throws IOException {
        StateDirectory.prepare(stateDirectory);
        Path file = stateDirectory.resolve("simulated-machine-id");
        if (!Files.exists(file)) {
            Files.createFile(file, OwnerOnly.file());
            Files.writeString(file, UUID.randomUUID().toString().replace("-", "") + "\n");
        }
        SimulatedHost machine = new SimulatedHost(
                SimulatedHosts.demoTopology(),
                KernelVersion.V6_1,
                name,
                Files.readString(file).strip());
        machine.addFile(FILE);
        return machine;
    }
}
