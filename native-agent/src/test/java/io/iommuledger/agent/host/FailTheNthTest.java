package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.EDU;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whichever call of a scenario fails, the stream stays whole and the books say what the machine does. */
class FailTheNthTest {

    private static final ContextId CONTEXT = new ContextId(1, 1);
    private static final BackingRequest MEMORY = new BackingRequest.NewMemory(0);

    private static final List<Instruction> SCENARIO = List.of(
            new Instruction.OpenContext(),
            new Instruction.AttachDevice(CONTEXT, EDU),
            new Instruction.AttachDevice(CONTEXT, SHM2),
            Rig.map(CONTEXT, pages(16, 4), DmaAccess.READ, new BackingRequest.OfBar(SHM2, 2, 0)),
            Rig.map(CONTEXT, pages(32, 1), DmaAccess.READ_WRITE, MEMORY),
            new Instruction.SetMemoryDecoding(SHM2, MemoryDecoding.OFF),
            new Instruction.SetMemoryDecoding(SHM2, MemoryDecoding.ON),
            new Instruction.SetPower(SHM2, PowerState.LOW),
            new Instruction.SetPower(SHM2, PowerState.ON),
            new Instruction.ChangeAccess(new MappingId(new HostId("lab"), 1, 2), Optional.empty()),
            new Instruction.ChangeAccess(new MappingId(new HostId("lab"), 1, 2), Optional.of(DmaAccess.READ)),
            new Instruction.Reset(SHM2, EpisodeKind.FUNCTION_RESET, false),
            new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false),
            new Instruction.ReleaseDevice(CONTEXT, SHM2, GroupFate.LEAVES, false),
            new Instruction.AttachDevice(CONTEXT, SHM2),
            Rig.map(CONTEXT, pages(48, 1), DmaAccess.READ, new BackingRequest.OfBar(SHM2, 2, 0)),
            new Instruction.Unmap(CONTEXT, pages(16, 4)),
            new Instruction.ReleaseDevice(CONTEXT, EDU, GroupFate.LEAVES, false),
            new Instruction.ReleaseDevice(CONTEXT, SHM2, GroupFate.LEAVES, false),
            new Instruction.AttachDevice(CONTEXT, EDU),
            Rig.map(CONTEXT, pages(64, 1), DmaAccess.READ, MEMORY),
            new Instruction.CloseContext(CONTEXT));

    private static final long[] STARTS = {16, 32, 48, 64};

    private static final List<Policies> POLICIES = List.of(
            Policies.DEFAULT,
            Policies.KERNEL,
            new Policies(OnRelease.DROP, OnReset.LEAVE, Mmio.STRICT),
            new Policies(OnRelease.LEAVE, OnReset.SUSPEND, Mmio.STRICT));

    @TestFactory
    Stream<DynamicTest> theStreamIsWholeAndTheBooksAreRightAfterEveryFailure() {
        return POLICIES.stream().flatMap(policies -> {
            List<String> calls = callsOf(policies);
            return IntStream.rangeClosed(1, calls.size()).boxed().flatMap(failing -> {
                String call = calls.get(failing - 1);
                return KernelErrnos.of(call).stream()
                        .map(errno -> DynamicTest.dynamicTest(
                                "%s: call %d, %s, says %s".formatted(policies, failing, call, errno.symbol()),
                                () -> sweep(policies, new FailTheNth(failing, errno))));
            });
        });
    }

    private static List<String> callsOf(Policies policies) {
        FailTheNth none = new FailTheNth(0, Errno.EIO);
        sweep(policies, none);
        return none.names();
    }

    private static void sweep(Policies policies, FailTheNth fault) {
        Rig rig = new Rig(policies, fault::between);
        int number = 0;
        for (Instruction instruction : SCENARIO) {
            rig.carryOut(instruction);
            assertThat(rig.ended(new UUID(0, ++number)))
                    .as("ends of %s", instruction)
                    .hasSize(1);
            assertBooksAreRight(rig, "%s failed; after %s".formatted(fault.failed(), instruction));
        }
        rig.control.end();
        Calls.assertAnswered(rig.recorded());
        assertThat(rig.facts().getLast()).isInstanceOf(EpochEnded.class);
        assertThat(rig.control.books().mappings()).isEmpty();
    }

    /** Every device of a context reaches what the books say, and no other device does. */
    private static void assertBooksAreRight(Rig rig, String when) {
        for (long start : STARTS) {
            for (PciAddress initiator : SimulatedHosts.labNames().values()) {
                DmaAnswer answer = rig.machine.dmaRead(initiator, start * Rig.PAGE);
                assertThat(meant(rig, initiator, start))
                        .as("%s: %s reads page %d: %s", when, initiator, start, answer)
                        .contains(answer.getClass());
            }
        }
    }

    private static List<Class<? extends DmaAnswer>> meant(Rig rig, PciAddress initiator, long start) {
        int group = rig.control.books().device(initiator).orElseThrow().group();
        List<Mapping> reached = rig.control.books().contexts().stream()
                .filter(context -> context.groups().contains(group))
                .map(Context::id)
                .flatMap(context -> rig.control.books().mappings(context, pages(start, 1)).stream())
                .filter(mapping -> mapping.state() != MappingState.LIMBO)
                .toList();
        if (reached.isEmpty()) {
            return List.of(DmaAnswer.Fault.class);
        }
        boolean peer = start == 16 || start == 48;
        return switch (reached.getFirst().state()) {
            case REVOKED -> List.of(DmaAnswer.Fault.class);
            case ACTIVE -> List.of(peer ? DmaAnswer.Read.class : DmaAnswer.Nothing.class);
            // Whether a device answers after a reset when it could not be read, or in low power, the books cannot know.
            case STALE ->
                unread(rig, reached.getFirst()) || reached.getFirst().cause() == Cause.LOW_POWER
                        ? List.of(DmaAnswer.Nothing.class, DmaAnswer.Read.class)
                        : List.of(DmaAnswer.Nothing.class);
            default -> List.of(DmaAnswer.Read.class, DmaAnswer.Nothing.class);
        };
    }

    private static boolean unread(Rig rig, Mapping mapping) {
        return mapping.backing() instanceof Backing.BarRange bar
                && rig.control
                        .books()
                        .device(bar.exporter())
                        .orElseThrow()
                        .decoding()
                        .isEmpty();
    }
}
