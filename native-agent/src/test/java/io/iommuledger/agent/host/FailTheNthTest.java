package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.host.FailTheNth.Call;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whichever call of a scenario fails, with whatever errno the kernel can give there: no fact is missing or invented, and
 * after every instruction the fold of the facts is the kernel's state.
 */
class FailTheNthTest {
    private static final List<Policies> POLICIES = List.of(
            Policies.DEFAULT,
            Policies.KERNEL,
            new Policies(OnRelease.DROP, OnReset.LEAVE, Mmio.STRICT),
            new Policies(OnRelease.LEAVE, OnReset.SUSPEND, Mmio.STRICT));

    @TestFactory
    Stream<DynamicContainer> theFactsAreTheCallsAndTheFoldIsTheKernelsStateWhateverFails() {
        return Arrays.stream(Scenario.values())
                .flatMap(scenario -> POLICIES.stream()
                        .map(policies -> DynamicContainer.dynamicContainer(
                                scenario + " under " + policies, sweep(scenario, policies))));
    }

    /** A test for each call. */
    private static Stream<DynamicTest> sweep(Scenario scenario, Policies policies) {
        FailTheNth none = new FailTheNth(0, Errno.EIO);
        run(scenario, policies, none);
        List<Call> calls = none.calls();
        return IntStream.rangeClosed(1, calls.size())
                .mapToObj(failing -> DynamicTest.dynamicTest(
                        failing + ", " + calls.get(failing - 1).name(),
                        () -> KernelErrnos.of(calls.get(failing - 1).name()).parallelStream()
                                .forEach(errno -> fail(scenario, policies, failing, errno))));
    }

    private static void fail(Scenario scenario, Policies policies, int failing, Errno errno) {
        try {
            run(scenario, policies, new FailTheNth(failing, errno));
        } catch (AssertionError e) {
            throw new AssertionError(
                    "%s under %s, call %d says %s: %s"
                            .formatted(scenario, policies, failing, errno.symbol(), e.getMessage()),
                    e);
        }
    }

    private static void run(Scenario scenario, Policies policies, FailTheNth fault) {
        Rig rig = Rig.forgetful(policies, fault::between);
        fault.recordedIn(() -> rig.control.books().lastSequence(1) + 1);
        RandomDeeds.prepare(rig.machine);
        int number = 0;
        for (Instruction instruction : scenario.instructions()) {
            rig.control.carryOut(new UUID(0, ++number), instruction, Long.MAX_VALUE);
            try {
                FoldAgainstMachine.assertSame(rig.control.books(), rig.machine);
            } catch (AssertionError e) {
                throw new AssertionError("after " + instruction + ": " + e.getMessage(), e);
            }
        }
        rig.control.end();
        List<RecordedFact> recorded = rig.recorded();
        Calls.assertAnswered(recorded);
        FactsAgainstCalls.assertSame(fault.calls(), recorded);
        assertEachEnded(scenario.instructions(), recorded);
        assertThat(recorded.getLast().fact()).isInstanceOf(EpochEnded.class);
        assertThat(rig.control.books().mappings()).isEmpty();
        rig.machine.killProcess();
        for (PciAddress device : SimulatedHosts.labNames().values()) {
            assertThat(rig.machine.held(device).attached())
                    .as("%s is attached", device)
                    .isFalse();
        }
    }

    /** Once each, and never because of a fault of the agent's own. */
    private static void assertEachEnded(List<Instruction> instructions, List<RecordedFact> recorded) {
        List<InstructionEnded> ends = recorded.stream()
                .map(RecordedFact::fact)
                .filter(InstructionEnded.class::isInstance)
                .map(InstructionEnded.class::cast)
                .toList();
        assertThat(ends)
                .extracting(InstructionEnded::operation)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, instructions.size())
                        .mapToObj(number -> new UUID(0, number))
                        .toList());
        assertThat(ends).noneMatch(ended -> ended.outcome() == Outcome.UNKNOWN);
    }
}
