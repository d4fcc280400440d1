package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Refusals.assertAgent;
import static io.iommuledger.agent.host.Refusals.assertKernel;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.address;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A refusal names who refused, which call, which errno; one of the agent's own leaves the kernel alone. */
class RefusedInstructionsTest {

    private final Rig rig = new Rig(OnRelease.LEAVE);

    @BeforeEach
    void aContextWithAPeerMapping() {
        rig.withPeerMapping();
    }

    private InstructionEnded map(ContextId context, IovaRange iova, BackingRequest backing) {
        return rig.carryOut(Rig.map(context, iova, DmaAccess.READ, backing));
    }

    @Test
    void aMapOnATakenAddressIsRefusedByTheKernelAndItsMemoryGivenBack() {
        InstructionEnded ended = rig.mapMemory(pages(16, 1));
        assertKernel(ended, "VFIO_IOMMU_MAP_DMA", Errno.EEXIST);
        List<Fact> facts = rig.facts();
        assertThat(facts.get(facts.size() - 2)).isInstanceOf(Refused.class);
        assertThat(facts.get(facts.size() - 3)).isInstanceOf(MapRequested.class);
        assertThat(rig.mappings()).hasSize(1);
    }

    @Test
    void anUnmapThatBisectsAMappingIsRefusedByTheKernel() {
        assertKernel(rig.unmap(pages(17, 1)), "VFIO_IOMMU_UNMAP_DMA", Errno.EINVAL);
        assertThat(rig.eduReads(16)).isEqualTo(new DmaAnswer.Read("shm2:0"));
    }

    @Test
    void aBarIsNotMappedWhileItsMemoryIsOff() {
        rig.decode(SHM2, MemoryDecoding.OFF);
        assertKernel(rig.mapPeer(pages(32, 1)), "VFIO_IOMMU_MAP_DMA", Errno.EFAULT);
    }

    @Test
    void aGroupThatAnotherContextHoldsIsRefusedNamingThatContext() {
        rig.carryOut(new Instruction.OpenContext());
        assertAgent(
                rig.carryOut(new Instruction.AttachDevice(rig.control.context(2), address("edu"))),
                AgentReason.IN_USE,
                "group 4 of device 0000:04:00.0 is in context 1-1");
    }

    @Test
    void anAddressOutsideTheIommusRangesIsRefusedByTheKernel() {
        assertKernel(rig.mapMemory(IovaRange.ofSize(0xfee0_0000L, 4096)), "VFIO_IOMMU_MAP_DMA", Errno.EINVAL);
    }

    @Test
    void anExpiredInstructionIsRefusedWithoutTouchingTheKernel() {
        InstructionEnded[] ended = new InstructionEnded[1];
        List<Fact> facts = rig.factsOf(() -> ended[0] = rig.carryOut(new Instruction.OpenContext(), 0));
        assertAgent(ended[0], AgentReason.EXPIRED, "ms too late");
        assertThat(facts).containsExactly(ended[0]);
    }

    @Test
    void aFencedAgentBeginsNothingThatItIsToldAndKeepsWhatStands() {
        rig.control.fence("epoch 4 has taken over");
        InstructionEnded[] ended = new InstructionEnded[1];
        List<Fact> facts = rig.factsOf(() -> ended[0] = rig.unmap(pages(16, 1)));
        assertAgent(ended[0], AgentReason.EXPIRED, "epoch 4 has taken over");
        assertThat(facts).as("in the journal as everything is").containsExactly(ended[0]);
        assertThat(rig.mappings()).hasSize(1);
        assertThat(rig.eduReads(16)).isEqualTo(new DmaAnswer.Read("shm2:0"));
    }

    @Test
    void whatTheAgentDoesNotKnowIsNotFound() {
        PciAddress nobody = PciAddress.parse("0000:7f:00.0");
        ContextId earlier = new ContextId(0, 1);
        assertAgent(
                rig.carryOut(new Instruction.AttachDevice(rig.context(), nobody)),
                AgentReason.NOT_FOUND,
                "0000:7f:00.0");
        assertAgent(
                rig.carryOut(new Instruction.Reset(nobody, EpisodeKind.HOT_RESET, false)),
                AgentReason.NOT_FOUND,
                "0000:7f:00.0");
        assertAgent(map(earlier, pages(64, 1), new BackingRequest.NewMemory(0)), AgentReason.NOT_FOUND, "0-1");
        assertAgent(rig.carryOut(new Instruction.CloseContext(earlier)), AgentReason.NOT_FOUND, "0-1");
    }

    @Test
    void whatTheAgentDoesNotHoldIsNotOpen() {
        PciAddress nvme = address("nvme");
        assertAgent(rig.decode(nvme, MemoryDecoding.OFF), AgentReason.NOT_OPEN, nvme.toString());
        assertAgent(
                rig.carryOut(new Instruction.Reset(nvme, EpisodeKind.FUNCTION_RESET, false)),
                AgentReason.NOT_OPEN,
                nvme.toString());
        assertAgent(
                map(rig.context(), pages(64, 1), new BackingRequest.OfBar(nvme, 0, 0)),
                AgentReason.NOT_OPEN,
                nvme.toString());
    }

    @Test
    void aWindowOutsideTheBarCannotBeExpressed() {
        for (BackingRequest backing : List.of(
                new BackingRequest.OfBar(SHM2, 6, 0),
                new BackingRequest.OfBar(SHM2, -1, 0),
                new BackingRequest.OfBar(SHM2, 1, 0),
                new BackingRequest.OfBar(SHM2, 2, 1 << 20),
                new BackingRequest.OfBar(SHM2, 2, -4096))) {
            assertAgent(map(rig.context(), pages(64, 1), backing), AgentReason.INVALID, "BAR");
        }
    }

    @Test
    void newMemoryWhoseSizesComeToMoreThanThereCanBeIsRefusedBeforeAnyIsAllocated() {
        MapRange half = new MapRange(
                IovaRange.ofSize(0, Long.MIN_VALUE), DmaAccess.READ_WRITE, new BackingRequest.NewMemory(0));
        MapRange rest = new MapRange(
                IovaRange.ofSize(Long.MIN_VALUE, 1L << 62), DmaAccess.READ_WRITE, new BackingRequest.NewMemory(0));
        MapRange other = new MapRange(
                IovaRange.ofSize(1L << 62, 1L << 62), DmaAccess.READ_WRITE, new BackingRequest.NewMemory(0));
        for (List<MapRange> ranges : List.of(List.of(half), List.of(half, rest), List.of(other, rest))) {
            for (boolean merge : new boolean[] {false, true}) {
                assertAgent(
                        rig.carryOut(new Instruction.Map(rig.context(), ranges, merge)),
                        AgentReason.INVALID,
                        "2^63 bytes or more");
            }
        }
    }

    @Test
    void whatIsNotHeldIsNotReleasedButTheGroupThatItLeftBehindCanStillLeave() {
        for (GroupFate fate : GroupFate.values()) {
            assertAgent(
                    rig.release("nvme", fate),
                    AgentReason.NOT_OPEN,
                    "is not open, so there is nothing to release; its group");
        }
        rig.release("edu", GroupFate.STAYS);
        assertAgent(
                rig.release("edu", GroupFate.STAYS),
                AgentReason.NOT_OPEN,
                "its group 4 is in context 1-1, which it leaves with detach=true");
        assertThat(rig.release("edu", GroupFate.LEAVES).refusal()).isEmpty();
        assertAgent(
                rig.release("edu", GroupFate.LEAVES),
                AgentReason.NOT_OPEN,
                "its group 4 is in no context of this agent");
    }

    @Test
    void aDeviceOfAnotherContextIsNotReleased() {
        rig.carryOut(new Instruction.OpenContext());
        assertAgent(
                rig.carryOut(new Instruction.ReleaseDevice(rig.control.context(2), SHM2, GroupFate.LEAVES, false)),
                AgentReason.NOT_FOUND,
                "device 0000:05:00.0 is not in context 1-2 but in 1-1");
    }

    @Test
    void aMappingWhoseStateDoesNotAllowItIsNamedWithItsStateAndTheWayOut() {
        MappingId id = rig.mappings().getFirst().id();
        assertAgent(
                rig.carryOut(new Instruction.Restore(id)),
                AgentReason.MAPPING_STATE,
                "mapping lab.1-1 is ACTIVE because of MAPPED: it was not withdrawn, so there is nothing to restore");
        rig.carryOut(new Instruction.ChangeAccess(id, Optional.empty()));
        assertAgent(
                rig.carryOut(new Instruction.Restore(id)),
                AgentReason.MAPPING_STATE,
                "PATCH /api/v1/mappings/lab.1-1 {\"access\":\"rw\"} gives it the one that it had");
        rig.carryOut(new Instruction.ChangeAccess(id, Optional.of(DmaAccess.READ_WRITE)));
        rig.decode(SHM2, MemoryDecoding.OFF);
        assertAgent(
                rig.carryOut(new Instruction.ChangeAccess(id, Optional.of(DmaAccess.READ))),
                AgentReason.MAPPING_STATE,
                "mapping lab.1-1 is STALE: it translates, and its exporter does not answer (episode lab.1-r");
        rig.decode(SHM2, MemoryDecoding.ON);
        rig.release("shm2", GroupFate.STAYS);
        assertAgent(
                rig.carryOut(new Instruction.ChangeAccess(id, Optional.of(DmaAccess.READ))),
                AgentReason.MAPPING_STATE,
                "mapping lab.1-1 is ORPHANED: its exporter was released, and nothing ends it but an unmap; unmap "
                        + pages(16, 4) + " of context 1-1");
    }

    @Test
    void aRefusedInstructionLeavesTheStreamInPairs() {
        rig.mapMemory(pages(16, 1));
        rig.unmap(pages(17, 1));
        Calls.assertAnswered(rig.recorded());
    }
}
