package io.iommuledger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.standalone.Api;
import io.iommuledger.standalone.SafeScenario;
import io.iommuledger.standalone.SafeScenario.DeviceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The default policies on real kernels, each claim checked by a real DMA. */
class PoliciesOnARealKernelTest {
    private static final String EDU = "0000:04:00.0";
    private static final String SHM2 = "0000:05:00.0";
    /** No driver has it: the kernel lets nobody map a BAR through sysfs that a driver has claimed. */
    private static final String SHM0 = "/sys/bus/pci/devices/0000:01:00.0";

    private static final DeviceFile BAR_FILE = new DeviceFile(SHM0 + "/resource2", "none");
    private static final int SHM_BAR = 2;

    @TempDir
    Path data;

    static Stream<LabKernel> kernels() {
        return Kernels.chosen();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void atNoStepDoesADmaReachAPeerThatIsAwayOrReleased(LabKernel kernel) throws Exception {
        try (LabSystem system = LabSystem.start(kernel, data, "policies")) {
            system.guest().run("echo 0000:01:00.0 > " + SHM0 + "/driver/unbind && echo 1 > " + SHM0 + "/enable");
            long pid = system.startAgent("");
            new SafeScenario(
                            system.api(),
                            LabSystem.HOST,
                            EDU,
                            SHM2,
                            SHM_BAR,
                            BAR_FILE,
                            new GuestDma(system.guest(), SHM2))
                    .run();
            system.endAgent(pid);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void betweenWithdrawalAndResetADmaFaultsAndAfterTheResetItReachesThePeerAgain(LabKernel kernel) throws Exception {
        try (LabSystem system = LabSystem.start(kernel, data, "hold")) {
            system.startAgent("--hold-at withdrawn");
            SafeScenario scenario = scenario(system);
            scenario.begin();
            CompletableFuture<Api.Reply> reset = CompletableFuture.supplyAsync(
                    () -> system.api().post("hosts/lab/devices/" + SHM2 + "/resets", "{\"method\":\"hot\"}"));
            system.awaitInGuest("[ -e /tmp/state/held-at-WITHDRAWN ]");
            assertThat(new GuestDma(system.guest(), SHM2).read(0x1000000)).isEqualTo("fault");
            system.guest().run("rm /tmp/state/held-at-WITHDRAWN");
            reset.join();
            system.await("hosts/lab/devices", answer -> open(system).isEmpty());
            scenario.assertStands("ACTIVE", "RESTORED", "read peer:0");
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void anAgentThatDiesAmidASuspensionLeavesUnknownMappingsUntilItsNextStartHasOpenedTheGroups(LabKernel kernel)
            throws Exception {
        String[] steps = Kernels.all()
                ? new String[] {"withdrawal_began", "withdrawn", "call_returned", "call_recorded", "restoring"}
                : new String[] {"withdrawn"};
        try (LabSystem system = LabSystem.start(kernel, data, "death")) {
            for (String step : steps) {
                long pid = system.startAgent("--die-at " + step);
                SafeScenario scenario = scenario(system);
                scenario.begin();
                CompletableFuture<Api.Reply> reset = CompletableFuture.supplyAsync(
                        () -> system.api().post("hosts/lab/devices/" + SHM2 + "/resets", "{\"method\":\"hot\"}"));
                system.awaitInGuest("[ ! -e /proc/" + pid + " ]");
                long next = system.startAgent("");
                JsonNode dropped = system.await(
                        "mappings/" + scenario.mapping(),
                        answer ->
                                answer.path("mapping").path("state").asString().equals("DROPPED"));
                assertThat(dropped.path("mapping").path("source").asString())
                        .as(step)
                        .isEqualTo("INFERRED");
                assertThat(dropped.path("mapping").path("cause").asString()).isEqualTo("HOLDER_GONE");
                reset.join();
                system.endAgent(next);
            }
        }
    }

    private static Stream<JsonNode> episodes(LabSystem system) {
        return system.api().get("resets?host=lab&open=true").body().path("resets").values().stream();
    }

    private static List<JsonNode> open(LabSystem system) {
        return episodes(system).toList();
    }

    private static SafeScenario scenario(LabSystem system) {
        return new SafeScenario(
                system.api(), LabSystem.HOST, EDU, SHM2, SHM_BAR, BAR_FILE, new GuestDma(system.guest(), SHM2));
    }
}
