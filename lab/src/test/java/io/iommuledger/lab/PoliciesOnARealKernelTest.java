package io.iommuledger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.standalone.Api;
import io.iommuledger.standalone.SafeScenario;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The default policies on real kernels, each claim checked by a real DMA. */
class PoliciesOnARealKernelTest {
    @TempDir
    Path data;

    static Stream<LabKernel> kernels() {
        return Kernels.chosen();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void atNoStepDoesADmaReachAPeerThatIsAwayOrReleased(LabKernel kernel) throws Exception {
        try (LabSystem system = LabSystem.start(kernel, data, "policies")) {
            String idle = LabSystem.IDLE;
            system.guest().run("echo 0000:01:00.0 > " + idle + "/driver/unbind && echo 1 > " + idle + "/enable");
            long pid = system.startAgent("");
            system.safeScenario().run();
            system.endAgent(pid);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void betweenWithdrawalAndResetADmaFaultsAndAfterTheResetItReachesThePeerAgain(LabKernel kernel) throws Exception {
        try (LabSystem system = LabSystem.start(kernel, data, "hold")) {
            system.startAgent("--hold-at withdrawn");
            SafeScenario scenario = system.safeScenario();
            scenario.begin();
            CompletableFuture<Api.Reply> reset = CompletableFuture.supplyAsync(() ->
                    system.api().post("hosts/lab/devices/" + LabSystem.EXPORTER + "/resets", "{\"method\":\"hot\"}"));
            system.awaitInGuest("[ -e /tmp/state/held-at-WITHDRAWN ]");
            assertThat(new GuestDma(system.guest(), LabSystem.EXPORTER).read(0x1000000))
                    .isEqualTo("fault");
            system.guest().run("rm /tmp/state/held-at-WITHDRAWN");
            reset.join();
            system.await("hosts/lab/devices", answer -> open(system).isEmpty());
            scenario.assertStands("ACTIVE", "RESTORED", "read peer:0");
        }
    }

    private static Collection<JsonNode> open(LabSystem system) {
        return system.api()
                .get("resets?host=lab&open=true")
                .body()
                .path("resets")
                .values();
    }
}
