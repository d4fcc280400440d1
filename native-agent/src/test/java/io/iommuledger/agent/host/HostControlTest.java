package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.PAGE;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.address;
import static io.iommuledger.agent.host.Rig.pages;
import static io.iommuledger.lifecycle.mapping.MappingState.ACTIVE;
import static io.iommuledger.lifecycle.mapping.MappingState.ORPHANED;
import static io.iommuledger.lifecycle.mapping.MappingState.STALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the books say, beside what a DMA engine of the same machine finds. */
class HostControlTest {

    private static final DmaAnswer FAULT = new DmaAnswer.Fault();
    private static final DmaAnswer NOTHING = new DmaAnswer.Nothing();
    private static final DmaAnswer PEER = new DmaAnswer.Read("shm2:0");

    private final Rig rig = new Rig(OnRelease.LEAVE);

    private void expect(MappingState state, DmaAnswer answer) {
        assertThat(rig.mappings()).extracting(Mapping::state).containsExactly(state);
        assertThat(rig.eduReads(16)).isEqualTo(answer);
    }

    @Test
    void underLeaveAPeersBarStaysReachableThroughMemoryOffResetReleaseAndDetachUntilItIsUnmapped() {
        rig.withPeerMapping();
        expect(ACTIVE, PEER);
        rig.decode(SHM2, MemoryDecoding.OFF);
        expect(STALE, NOTHING);
        rig.decode(SHM2, MemoryDecoding.ON);
        expect(ACTIVE, PEER);
        rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false));
        expect(ACTIVE, PEER);
        rig.release("shm2", GroupFate.STAYS);
        expect(ORPHANED, PEER);
        rig.release("shm2", GroupFate.LEAVES);
        expect(ORPHANED, PEER);
        assertThat(rig.unmap(pages(16, 4)).figures().unmappedBytes()).hasValue(4 * PAGE);
        assertThat(rig.mappings()).isEmpty();
        assertThat(rig.eduReads(16)).isEqualTo(FAULT);
    }

    @Test
    void anOrphanStaysOneWhenItsDeviceIsAttachedAgain() {
        rig.withPeerMapping();
        rig.release("shm2", GroupFate.LEAVES);
        rig.attach("shm2");
        expect(ORPHANED, PEER);
    }

    @Test
    void underDropNoMappingSurvivesTheReleaseOfItsExporterInWhateverContext() {
        Rig dropping = new Rig(OnRelease.DROP);
        dropping.withPeerMapping();
        dropping.carryOut(new Instruction.OpenContext());
        dropping.carryOut(new Instruction.AttachDevice(dropping.control.context(2), address("nvme")));
        dropping.carryOut(Rig.map(
                dropping.control.context(2), pages(32, 1), DmaAccess.READ, new BackingRequest.OfBar(SHM2, 2, 0)));
        dropping.mapMemory(pages(64, 1));

        assertThat(dropping.release("shm2", GroupFate.STAYS).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(dropping.control.books().mappingsOf(SHM2)).isEmpty();
        assertThat(dropping.eduReads(16)).isEqualTo(FAULT);
        assertThat(dropping.machine.dmaRead(address("nvme"), 32 * PAGE)).isEqualTo(FAULT);
        assertThat(dropping.eduReads(64)).isEqualTo(NOTHING);
    }

    @Test
    void theUnmapsOfPolicyDropStandBeforeTheReleaseAndSayWhy() {
        Rig dropping = new Rig(OnRelease.DROP);
        dropping.withPeerMapping();
        assertThat(dropping.factsOf(() -> dropping.release("shm2", GroupFate.LEAVES)))
                .extracting(fact -> fact.getClass().getSimpleName())
                .containsExactly(
                        "UnmapRequested",
                        "Unmapped",
                        "DeviceReleaseRequested",
                        "DeviceReleased",
                        "GroupDetachRequested",
                        "GroupDetached",
                        "InstructionEnded");
    }

    @Test
    void anEpochBeginsWithItselfAndTheMachinesDevices() {
        assertThat(rig.facts().getFirst()).isInstanceOfSatisfying(EpochBegan.class, began -> {
            assertThat(began.bootId()).isEqualTo(rig.machine.bootId());
            assertThat(began.policies().onRelease()).isEqualTo(OnRelease.LEAVE);
        });
        assertThat(rig.facts().subList(1, rig.facts().size())).hasSize(6).hasOnlyElementsOfType(DeviceDiscovered.class);
    }

    @Test
    void everyCallStandsWithItsIntentBeforeItAndItsAnswerAfterIt() {
        assertThat(rig.factsOf(rig::withPeerMapping))
                .extracting(fact -> fact.getClass().getSimpleName())
                .containsExactly(
                        "ContextOpenRequested",
                        "ContextOpened",
                        "InstructionEnded",
                        "GroupAttachRequested",
                        "GroupAttached",
                        "DeviceOpenRequested",
                        "DeviceOpened",
                        "InstructionEnded",
                        "GroupAttachRequested",
                        "GroupAttached",
                        "DeviceOpenRequested",
                        "DeviceOpened",
                        "InstructionEnded",
                        "MapRequested",
                        "Mapped",
                        "InstructionEnded");
        Calls.assertAnswered(rig.recorded());
    }

    @Test
    void aHotResetNamesEveryDependentBeforeItAndTheDecodingOfThoseHeldAfterIt() {
        rig.carryOut(new Instruction.OpenContext());
        rig.attach("shm0");
        var facts =
                rig.factsOf(() -> rig.carryOut(new Instruction.Reset(address("shm0"), EpisodeKind.HOT_RESET, false)));
        assertThat(facts.getFirst())
                .isInstanceOfSatisfying(
                        ResetRequested.class,
                        reset -> assertThat(reset.affected()).containsExactly(address("shm0"), address("shm1")));
        assertThat(facts.get(1))
                .isInstanceOfSatisfying(
                        ResetFinished.class,
                        finished -> assertThat(finished.decoding())
                                .singleElement()
                                .satisfies(one -> assertThat(one.device()).isEqualTo(address("shm0"))));
    }

    @Test
    void everyFactOfAnInstructionNamesItsOperationAndTheAgentsOwnNameNone() {
        rig.control.carryOutLocally(new Instruction.OpenContext());
        assertThat(rig.recorded().getLast().stamp().operation()).isEmpty();
        int before = rig.facts().size();
        rig.attach("edu");
        assertThat(rig.recorded().subList(before, rig.facts().size()))
                .extracting(RecordedFact::stamp)
                .allSatisfy(stamp -> assertThat(stamp.operation()).contains(new UUID(0, 1)));
    }

    @Test
    void aRepeatedInstructionDoesNothingNew() {
        UUID operation = new UUID(3, 3);
        rig.control.carryOut(operation, new Instruction.OpenContext(), Long.MAX_VALUE);
        assertThat(rig.factsOf(() -> rig.control.carryOut(operation, new Instruction.OpenContext(), Long.MAX_VALUE)))
                .isEmpty();
        assertThat(rig.control.books().contexts()).hasSize(1);
    }

    @Test
    void aGroupDoesNotLeaveWhileAnotherOfItsDevicesIsOpenAndNothingIsDoneThen() {
        Rig dropping = new Rig(OnRelease.DROP);
        dropping.carryOut(new Instruction.OpenContext());
        dropping.attach("shm0");
        dropping.attach("shm1");
        dropping.carryOut(Rig.map(
                dropping.context(), pages(16, 1), DmaAccess.READ, new BackingRequest.OfBar(address("shm0"), 2, 0)));
        InstructionEnded[] ended = new InstructionEnded[1];
        assertThat(dropping.factsOf(() -> ended[0] = dropping.release("shm0", GroupFate.LEAVES)))
                .containsExactly(ended[0]);
        Refusals.assertAgent(ended[0], AgentReason.IN_USE, address("shm1") + " of it open; nothing was done");
        assertThat(dropping.mappings()).extracting(Mapping::state).containsExactly(ACTIVE);
        assertThat(dropping.machine.held(address("shm0")).attached()).isTrue();
        assertThat(dropping.release("shm0", GroupFate.STAYS).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(dropping.release("shm1", GroupFate.LEAVES).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aGroupThatTheKernelKeepsAllTheSameIsToldWithWhatWasDone() {
        Rig keeping = new Rig(OnRelease.LEAVE, kernel -> FaultyKernels.refusing(kernel, "unsetContainer", Errno.EBUSY));
        keeping.withPeerMapping();
        InstructionEnded ended = keeping.release("shm2", GroupFate.LEAVES);
        Refusals.assertKernel(ended, "unsetContainer", Errno.EBUSY);
        assertThat(Refusals.circumstances(ended).refused()).isEqualTo("group 5");
        assertThat(Refusals.circumstances(ended).left())
                .startsWith("device " + SHM2 + " is released and its descriptor closed, 1 mapping of its BARs stands")
                .contains("context 1-1 as before");
    }

    @Test
    void whenTheLastGroupLeavesTheAnswerTellsHowManyMappingsTheKernelDroppedWithIt() {
        rig.withPeerMapping();
        rig.mapMemory(pages(64, 1));
        rig.mapMemory(pages(65, 1));
        assertThat(rig.release("shm2", GroupFate.LEAVES).figures().endedMappings())
                .as("left as an orphan")
                .hasValue(0);
        assertThat(rig.mappings()).hasSize(3);
        assertThat(rig.release("edu", GroupFate.LEAVES).figures().endedMappings())
                .hasValue(3);
        assertThat(rig.mappings()).isEmpty();
        assertThat(rig.eduReads(64)).isEqualTo(FAULT);
    }

    @Test
    void closingAContextGivesEverythingBackAndEndsItsMappings() {
        rig.withPeerMapping();
        rig.mapMemory(pages(64, 1));
        long vaddr = rig.vaddr(64);
        assertThat(rig.carryOut(new Instruction.CloseContext(rig.context())).outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.control.books().contexts()).isEmpty();
        assertThat(rig.control.books().mappings()).isEmpty();
        assertThat(rig.eduReads(16)).isEqualTo(FAULT);
        assertMemoryIsGone(vaddr);
        assertNoFileIsOpen();
    }

    @Test
    void theEndOfTheEpochGivesEverythingBackAndIsTheLastFact() {
        rig.withPeerMapping();
        rig.mapMemory(pages(64, 1));
        long vaddr = rig.vaddr(64);
        rig.control.end();
        assertThat(rig.facts().getLast()).isInstanceOf(EpochEnded.class);
        assertMemoryIsGone(vaddr);
        assertNoFileIsOpen();
    }

    @Test
    void theMemoryOfAMappingIsGivenBackWhenItIsUnmapped() {
        rig.withPeerMapping();
        rig.mapMemory(pages(64, 2));
        long vaddr = rig.vaddr(64);
        rig.machine.tagMemory(vaddr, "ours");
        assertThat(rig.eduReads(64)).isEqualTo(new DmaAnswer.Read("ours"));
        rig.unmap(IovaRange.ALL);
        assertMemoryIsGone(vaddr);
        assertThat(rig.eduReads(64)).isEqualTo(FAULT);
    }

    @Test
    void hugePagesAreGivenBackThoughTheMappingIsSmallerThanOne() {
        rig.withPeerMapping();
        rig.carryOut(Rig.map(rig.context(), pages(1024, 1), DmaAccess.READ, new BackingRequest.NewMemory(2 << 20)));
        long vaddr = rig.vaddr(1024);
        rig.unmap(IovaRange.ALL);
        assertMemoryIsGone(vaddr);
    }

    @Test
    void aFaultOfTheAgentEndsTheInstructionAsUnknown() {
        Rig broken = new Rig(OnRelease.LEAVE, kernel -> FaultyKernels.faulty(kernel, "openContainer"));
        assertThat(broken.carryOut(new Instruction.OpenContext()).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    private void assertMemoryIsGone(long vaddr) {
        assertThatIllegalArgumentException().isThrownBy(() -> rig.machine.tagMemory(vaddr, "left over"));
    }

    /** New files get the lowest numbers that are free, and 0 to 2 are taken. */
    private void assertNoFileIsOpen() {
        assertThat(IntStream.range(0, 16)
                        .map(file -> rig.machine.openContainer().number()))
                .containsExactlyElementsOf(IntStream.range(3, 19).boxed().toList());
        for (String name : new String[] {"edu", "shm2"}) {
            int group = rig.control.books().device(address(name)).orElseThrow().group();
            assertThatCode(() -> rig.machine.openGroup(group)).doesNotThrowAnyException();
        }
    }
}
