package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.PAGE;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.address;
import static io.iommuledger.agent.host.Rig.pages;
import static io.iommuledger.lifecycle.mapping.MappingState.ACTIVE;
import static io.iommuledger.lifecycle.mapping.MappingState.REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Policy on-reset=suspend: no DMA reaches a device that is away, and afterwards all is as it was. */
class SuspensionTest {
    private static final DmaAnswer FAULT = new DmaAnswer.Fault();
    private static final DmaAnswer PEER = new DmaAnswer.Read("shm2:0");

    private final List<String> seen = new ArrayList<>();
    private Rig rig = rig(kernel -> kernel);

    /** At each step the DMA of the importer is looked at. */
    private Rig rig(UnaryOperator<VfioKernel> between) {
        Rig made = new Rig(
                new HostControl.Setup(Policies.DEFAULT, false, step -> seen.add(step + " " + rig.eduReads(16))),
                between);
        rig = made;
        made.withPeerMapping();
        seen.clear();
        return made;
    }

    private void expect(MappingState state, Cause cause, DmaAnswer answer) {
        assertThat(rig.mappings()).extracting(Mapping::state).containsExactly(state);
        assertThat(rig.mappings()).extracting(Mapping::cause).containsExactly(cause);
        assertThat(rig.eduReads(16)).isEqualTo(answer);
    }

    private List<String> factsOf(Runnable deed) {
        return rig.factsOf(deed).stream()
                .map(Fact::getClass)
                .map(Class::getSimpleName)
                .toList();
    }

    @Test
    void aHotResetIsSurroundedByWithdrawalAndRestoration() {
        assertThat(factsOf(() -> rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false))))
                .containsExactly(
                        "WithdrawalBegan",
                        "UnmapRequested",
                        "Unmapped",
                        "ResetRequested",
                        "ResetFinished",
                        "RestoreRequested",
                        "Mapped",
                        "InstructionEnded");
        assertThat(seen)
                .containsExactly(
                        "WITHDRAWAL_BEGAN " + PEER,
                        "WITHDRAWING " + FAULT,
                        "WITHDRAWN " + FAULT,
                        "CALL_RETURNED " + FAULT,
                        "CALL_RECORDED " + FAULT,
                        "RESTORING " + PEER,
                        "RESTORED " + PEER);
        expect(ACTIVE, Cause.RESTORED, PEER);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
    }

    @Test
    void aMappingIsWithdrawnWhileDecodingIsOffAndOtherResetsAreRefused() {
        rig.decode(SHM2, MemoryDecoding.OFF);
        expect(REVOKED, Cause.MEMORY_OFF, FAULT);
        Refusals.assertAgent(
                rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false)), AgentReason.HELD, "lab.1-r");
        Refusals.assertAgent(rig.mapPeer(pages(64, 1)), AgentReason.HELD, "lab.1-1");
        Refusals.assertAgent(rig.mapMemory(pages(17, 1)), AgentReason.RESERVED, "lab.1-1");
        Refusals.assertAgent(rig.unmap(pages(16, 2)), AgentReason.INVALID, "cuts through");
        rig.decode(SHM2, MemoryDecoding.ON);
        expect(ACTIVE, Cause.RESTORED, PEER);
    }

    @Test
    void anUnmapTellsTheBytesOfWithdrawnMappingsBesideThoseThatTheKernelRemoved() {
        rig.mapMemory(pages(20, 1));
        rig.decode(SHM2, MemoryDecoding.OFF);
        Figures figures = rig.unmap(pages(16, 8)).figures();
        assertThat(figures.unmappedBytes()).hasValue(PAGE);
        assertThat(figures.withdrawnBytes()).hasValue(4 * PAGE);
        assertThat(figures.endedMappings()).hasValue(2);
        assertThat(rig.mappings()).isEmpty();
    }

    @Test
    void whatWasWithdrawnForLowPowerWaitsForDecodingToo() {
        assertThat(rig.carryOut(new Instruction.SetPower(SHM2, PowerState.LOW)).outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        expect(REVOKED, Cause.LOW_POWER, FAULT);
        rig.decode(SHM2, MemoryDecoding.OFF);
        rig.carryOut(new Instruction.SetPower(SHM2, PowerState.ON));
        expect(REVOKED, Cause.LOW_POWER, FAULT);
        assertThat(rig.control.books().openEpisodes()).isNotEmpty();
        rig.decode(SHM2, MemoryDecoding.ON);
        expect(ACTIVE, Cause.RESTORED, PEER);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
    }

    @Test
    void aResetThatTheKernelRefusesRestoresAtOnce() {
        rig(kernel -> FaultyKernels.refusing(kernel, "hotReset", Errno.EAGAIN));
        rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false));
        assertThat(seen).contains("WITHDRAWN " + FAULT);
        expect(ACTIVE, Cause.RESTORED, PEER);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
    }

    @Test
    void aRestorationThatFailsIsAnAlarmUntilItIsAskedForAgain() {
        boolean[] failing = {false};
        rig(kernel -> FaultyKernels.refusingWhile(kernel, "mapDma", Errno.ENOMEM, () -> failing[0]));
        failing[0] = true;
        rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false));
        expect(REVOKED, Cause.RESTORE_REFUSED, FAULT);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
        Mapping lost = rig.mappings().getFirst();
        assertThat(lost.zombie()).isTrue();
        failing[0] = false;
        assertThat(rig.carryOut(new Instruction.Restore(lost.id())).outcome()).isEqualTo(Outcome.SUCCEEDED);
        expect(ACTIVE, Cause.RESTORED, PEER);
    }

    private static Instruction.ChangeAccess access(Mapping mapping, Optional<DmaAccess> access) {
        return new Instruction.ChangeAccess(mapping.id(), access);
    }

    @Test
    void aMappingWithoutAccessIsGivenNoneWhileAnEpisodeHoldsItsExporter() {
        Mapping withheld = rig.mappings().getFirst();
        rig.carryOut(access(withheld, Optional.empty()));
        rig.mapPeer(pages(64, 1));
        rig.decode(SHM2, MemoryDecoding.OFF);
        Refusals.assertAgent(rig.carryOut(access(withheld, Optional.of(DmaAccess.READ))), AgentReason.HELD, "lab.1-r");
        assertThat(rig.mappings()).extracting(Mapping::cause).containsExactly(Cause.PERMISSION, Cause.MEMORY_OFF);
        rig.decode(SHM2, MemoryDecoding.ON);
        rig.carryOut(access(withheld, Optional.of(DmaAccess.READ)));
        assertThat(rig.mappings()).extracting(Mapping::cause).containsExactly(Cause.ACCESS_CHANGED, Cause.RESTORED);
    }

    @Test
    void aMappingWithoutAccessStaysWithoutWhenTheKernelRefusesToMapItAgain() {
        Mapping withheld = rig.mappings().getFirst();
        rig.carryOut(access(withheld, Optional.empty()));
        rig.decode(SHM2, MemoryDecoding.OFF);
        Refusals.assertKernel(
                rig.carryOut(access(withheld, Optional.of(DmaAccess.READ))), "VFIO_IOMMU_MAP_DMA", Errno.EFAULT);
        expect(REVOKED, Cause.PERMISSION, FAULT);
        assertThat(rig.mappings().getFirst().zombie()).isFalse();
        rig.decode(SHM2, MemoryDecoding.ON);
        rig.carryOut(access(withheld, Optional.of(DmaAccess.READ)));
        expect(ACTIVE, Cause.ACCESS_CHANGED, PEER);
    }

    @Test
    void aMappingKeepsItsAccessWhenTheKernelRefusesAnother() {
        int[] failures = {0};
        rig(kernel -> FaultyKernels.refusingWhile(kernel, "mapDma", Errno.ENOMEM, () -> failures[0]-- > 0));
        failures[0] = 1;
        InstructionEnded ended = rig.carryOut(access(rig.mappings().getFirst(), Optional.of(DmaAccess.READ)));
        Refusals.assertKernel(ended, "mapDma", Errno.ENOMEM);
        expect(ACTIVE, Cause.RESTORED, PEER);
        assertThat(rig.mappings()).extracting(Mapping::access).containsExactly(DmaAccess.READ_WRITE);
        FoldAgainstMachine.assertSame(rig.control.books(), rig.machine);
        assertThat(Refusals.circumstances(ended))
                .isEqualTo(new Circumstances(
                        "mapping lab.1-1 at " + pages(16, 4) + " with access r",
                        "",
                        "",
                        "mapping lab.1-1 stands again with its former access rw; in between it translated nothing",
                        ""));
    }

    @Test
    void aMappingThatStoodIsLostWhenTheKernelRefusesItsFormerAccessTooAndTheAnswerSaysSo() {
        boolean[] failing = {false};
        rig(kernel -> FaultyKernels.refusingWhile(kernel, "mapDma", Errno.ENOMEM, () -> failing[0]));
        failing[0] = true;
        InstructionEnded ended = rig.carryOut(access(rig.mappings().getFirst(), Optional.of(DmaAccess.READ)));
        expect(REVOKED, Cause.RESTORE_REFUSED, FAULT);
        FoldAgainstMachine.assertSame(rig.control.books(), rig.machine);
        assertThat(Refusals.circumstances(ended).left())
                .startsWith("mapping lab.1-1 is REVOKED and translates nothing")
                .contains("its former access rw too (mapDma: ENOMEM (12))")
                .contains("POST /api/v1/mappings/lab.1-1/restore")
                .contains("unmapping " + pages(16, 4) + " of context 1-1");
        failing[0] = false;
        rig.carryOut(new Instruction.Restore(rig.mappings().getFirst().id()));
        expect(ACTIVE, Cause.RESTORED, PEER);
    }

    @Test
    void aWithdrawalThatFailsAbandonsTheResetAndLeavesAllInPlace() {
        rig(kernel -> FaultyKernels.refusing(kernel, "unmapDma", Errno.EINVAL));
        Refusals.assertAgent(
                rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false)),
                AgentReason.NOT_REMOVED,
                "lab.1-1");
        expect(ACTIVE, Cause.MAPPED, PEER);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
    }

    @Test
    void theReleaseOfItsExporterEndsAWithdrawnMapping() {
        rig.decode(SHM2, MemoryDecoding.OFF);
        rig.release("shm2", GroupFate.LEAVES);
        assertThat(rig.mappings()).isEmpty();
        assertThat(rig.eduReads(16)).isEqualTo(FAULT);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
    }

    @Test
    void aHotResetWithdrawsTheMappingsOfEveryDependentInEveryContext() {
        ContextId second = rig.control.context(2);
        rig.carryOut(new Instruction.OpenContext());
        rig.carryOut(new Instruction.AttachDevice(second, address("nvme")));
        rig.carryOut(new Instruction.AttachDevice(second, address("shm0")));
        rig.carryOut(new Instruction.AttachDevice(second, address("shm1")));
        rig.machine.tagBar(address("shm1"), 2, "shm1");
        rig.carryOut(Rig.map(second, pages(32, 1), DmaAccess.READ, new BackingRequest.OfBar(address("shm1"), 2, 0)));
        seen.clear();
        List<DmaAnswer> nvme = new ArrayList<>();
        rig.carryOut(new Instruction.Reset(address("shm0"), EpisodeKind.HOT_RESET, false));
        nvme.add(rig.machine.dmaRead(address("nvme"), 32 * PAGE));
        assertThat(seen).hasSize(7);
        assertThat(nvme).containsExactly(new DmaAnswer.Read("shm1:0"));
        assertThat(rig.control.books().mappings(second))
                .extracting(Mapping::cause)
                .containsExactly(Cause.RESTORED);
    }
}
