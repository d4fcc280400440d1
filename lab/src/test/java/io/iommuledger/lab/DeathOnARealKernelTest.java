package io.iommuledger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.host.Step;
import io.iommuledger.standalone.Api;
import io.iommuledger.standalone.SafeScenario;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** An agent that is killed at a step of a suspension or a release, and its next start, on real kernels. */
class DeathOnARealKernelTest {

    /** An agent ends at this step of this deed. */
    record Death(FatalDeed deed, Step step) {}

    private static final List<Death> FEW = List.of(
            new Death(FatalDeed.HOT_RESET, Step.WITHDRAWN),
            new Death(FatalDeed.FUNCTION_RESET, Step.RESTORING),
            new Death(FatalDeed.MEMORY, Step.CALL_RETURNED));

    @TempDir
    Path data;

    /** With the deaths of one guest. */
    static Stream<Arguments> deaths() {
        return Kernels.chosen()
                .flatMap(kernel -> Kernels.thorough()
                        ? Arrays.stream(FatalDeed.values())
                                .map(deed -> Arguments.of(kernel, deed.toString(), everyStepOf(deed)))
                        : Stream.of(Arguments.of(kernel, "a few", FEW)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("deaths")
    void whatADeadAgentHeldIsUnknownUntilItsNextStartHasOpenedTheGroups(
            LabKernel kernel, String name, List<Death> deaths) throws Exception {
        try (LabSystem system = LabSystem.start(kernel, data, "death-" + name.replace(' ', '-'))) {
            long pid = system.startAgent("--die-at " + deaths.getFirst().step());
            for (int i = 0; i < deaths.size(); i++) {
                Death death = deaths.get(i);
                SafeScenario life = system.safeScenario();
                life.attach();
                life.assertReads("fault");
                life.map();
                CompletableFuture<Api.Reply> fatal = death.deed().begin(system.api(), life.context(), death.step());
                system.awaitInGuest("[ ! -e /proc/" + pid + " ]");
                pid = system.startAgent(
                        i + 1 < deaths.size() ? "--die-at " + deaths.get(i + 1).step() : "");
                assertNothingStands(system, life, death);
                assertUnknown(system, fatal.join(), death);
            }
            system.endAgent(pid);
        }
    }

    private static List<Death> everyStepOf(FatalDeed deed) {
        return Arrays.stream(Step.values())
                .filter(deed::reaches)
                .map(step -> new Death(deed, step))
                .toList();
    }

    /** The kernel has closed what the dead agent held; the group that the next start could open proves it. */
    private static void assertNothingStands(LabSystem system, SafeScenario life, Death death) {
        JsonNode mapping = system.await(
                        "mappings/" + life.mapping(),
                        answer -> text(answer, "state").equals("DROPPED"))
                .path("mapping");
        boolean removedBefore = death.deed() == FatalDeed.RELEASE
                && mapping.path("cause").asString().equals("DROPPED_BY_POLICY");
        assertThat(mapping.path("source").asString())
                .as("%s: %s", death, mapping)
                .isEqualTo(removedBefore ? "OBSERVED" : "INFERRED");
        assertThat(mapping.path("cause").asString())
                .as("%s: %s", death, mapping)
                .isEqualTo(removedBefore ? "DROPPED_BY_POLICY" : "HOLDER_GONE");
        assertNone(system, death, "contexts", "contexts");
        assertNone(system, death, "mappings", "contexts/" + life.context() + "/mappings");
        assertThat(list(system, "zombies?host=" + LabSystem.HOST, "zombies"))
                .as("zombies after %s", death)
                .isEmpty();
        assertThat(list(system, "resets?open=true&host=" + LabSystem.HOST, "resets"))
                .as("open episodes after %s", death)
                .isEmpty();
    }

    private static void assertNone(LabSystem system, Death death, String what, String path) {
        assertThat(list(system, "hosts/" + LabSystem.HOST + "/" + path, what))
                .as("%s after %s", what, death)
                .isEmpty();
    }

    private static List<JsonNode> list(LabSystem system, String path, String what) {
        JsonNode body = system.api().get(path).body();
        assertThat(body.path(what).isArray()).as("%s: %s", path, body).isTrue();
        return List.copyOf(body.path(what).values());
    }

    private static String text(JsonNode answer, String field) {
        return answer.path("mapping").path(field).asString("");
    }

    /** The kernel may have done it or not: nobody was left to say so. */
    private static void assertUnknown(LabSystem system, Api.Reply reply, Death death) {
        String operation = reply.text("operation");
        assertThat(operation).as("%s: %s", death, reply).isNotEmpty();
        JsonNode end = system.await(
                "operations/" + operation,
                answer -> !answer.path("outcome").asString("pending").equals("pending"));
        assertThat(end.path("outcome").asString()).as("%s: %s", death, end).isEqualTo("unknown");
    }
}
