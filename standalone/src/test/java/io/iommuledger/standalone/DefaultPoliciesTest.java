package io.iommuledger.standalone;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.standalone.SafeScenario.DeviceFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under the default policies no zombie exposes anything, on the simulated machine. */
class DefaultPoliciesTest {
    private static final String GPU = "0000:af:00.0";
    private static final String NIC = "0000:3b:00.0";
    private static final String FILE = "/sys/bus/pci/devices/0000:3b:00.0/resource0";

    @TempDir
    Path data;

    @Test
    void atNoStepDoesADmaReachAPeerThatIsAwayOrReleased() throws Exception {
        try (Standalone running =
                Standalone.start(new Standalone.Settings(data, Server.Rest.local(), "", Standalone.Machine.IDLE))) {
            Api api = new Api(running.server().port(), running.server().port());
            DmaView dma = new SimulatedDma(running.machine(), PciAddress.parse(GPU), PciAddress.parse(NIC), 0);
            new SafeScenario(api, "demo", GPU, NIC, 0, new DeviceFile(FILE, "read peer:0"), dma).run();
        }
    }
}
