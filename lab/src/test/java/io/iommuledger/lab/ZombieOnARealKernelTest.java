package io.iommuledger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.standalone.Api;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Standalone;
import io.iommuledger.standalone.ZombieScenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our agent drives a Linux kernel's own VFIO; each claim of the query side is checked by a real DMA. */
class ZombieOnARealKernelTest {
    private static final String EDU = "0000:04:00.0";
    private static final String SHM2 = "0000:05:00.0";
    private static final int SHM_BAR = 2;
    private static final Duration DIAL_LIMIT = Duration.ofMinutes(6);

    @TempDir
    Path data;

    static Stream<LabKernel> kernels() {
        return Kernels.chosen();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aZombieIsSeenForAsLongAsItsPeerCanBeReached(LabKernel kernel) throws Exception {
        Path out = Path.of("target", "guest-zombie-" + kernel);
        try (Standalone server = Standalone.start(
                        new Standalone.Settings(data, Server.Rest.local(), "127.0.0.1:0", Standalone.Machine.NONE));
                Guest guest = kernel.boot(out)) {
            guest.run("agent --connect 10.0.2.2:" + server.server().gatewayPort()
                    + " --host lab --state /tmp/state --on-release leave --on-reset leave & echo $!");
            LabSystem.enrol(server.server(), guest, "lab");
            Api api = new Api(server.server().port(), server.server().port());
            awaitDevices(api, guest);
            new ZombieScenario(api, "lab", EDU, SHM2, SHM_BAR, new GuestDma(guest, SHM2)).run();
            assertKernelIsTold(api, kernel);
        }
    }

    private static void awaitDevices(Api api, Guest guest) throws InterruptedException {
        long deadline = System.nanoTime() + DIAL_LIMIT.toNanos();
        while (api.get("hosts/lab/devices").body().path("devices").size() < 6) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the agent did not dial in:\n" + guest.run("cat /tmp/agent.log"));
            }
            Thread.sleep(200);
        }
    }

    private static void assertKernelIsTold(Api api, LabKernel kernel) {
        String release = api.get("hosts")
                .body()
                .path("hosts")
                .path(0)
                .path("kernelRelease")
                .asString();
        assertThat(release).startsWith(kernel + ".");
    }
}
