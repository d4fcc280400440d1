package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.PAGE;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.PlannedMapping;
import io.iommuledger.lifecycle.operation.ResetPlan;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lists of ranges, the budgets that they use, and plans of resets. */
class ManyMappingsTest {
    private static final BackingRequest MEMORY = new BackingRequest.NewMemory(0);

    private final Rig rig = new Rig(Policies.DEFAULT);

    private void attached() {
        rig.carryOut(new Instruction.OpenContext());
        rig.attach("edu");
    }

    private static MapRange range(long page) {
        return new MapRange(pages(page, 1), DmaAccess.READ_WRITE, MEMORY);
    }

    private Instruction.Map map(boolean merge, Stream<MapRange> ranges) {
        return new Instruction.Map(rig.context(), ranges.toList(), merge);
    }

    @Test
    void asManyRangesAsTheKernelHasEntriesAreOneRequestAndOneMoreIsRefused() {
        attached();
        Figures figures = rig.carryOut(map(
                        false, IntStream.range(0, Instruction.Map.MOST_RANGES).mapToObj(i -> range(2L * i))))
                .figures();
        assertThat(figures.mappings()).hasValue(65_535);
        assertThat(figures.dmaAvail()).hasValue(0);
        assertThat(rig.facts()).filteredOn(Mapped.class::isInstance).hasSize(65_535);
        Refusals.assertKernel(rig.mapMemory(pages(1, 1)), "VFIO_IOMMU_MAP_DMA", Errno.ENOSPC);
        rig.machine.tagMemory(rig.vaddr(0) + 7 * PAGE, "eighth");
        assertThat(rig.eduReads(14)).isEqualTo(new DmaAnswer.Read("eighth"));
    }

    @Test
    void aRequestOneOfWhoseRangesIsRefusedLeavesNothingAndTellsBoth() {
        attached();
        rig.mapMemory(pages(40, 1));
        Refusals.assertKernel(
                rig.carryOut(map(false, Stream.of(range(10), range(20), range(40), range(50)))),
                "VFIO_IOMMU_MAP_DMA",
                Errno.EEXIST);
        assertThat(rig.mappings()).hasSize(1);
        assertThat(rig.facts()).filteredOn(MapRequested.class::isInstance).hasSize(5);
        assertThat(rig.facts())
                .filteredOn(NotAsked.class::isInstance)
                .as("the range behind the one that was refused")
                .hasSize(1);
        assertThat(rig.eduReads(10)).isEqualTo(new DmaAnswer.Fault());
    }

    @Test
    void neighboursBecomeOneMappingIfTheClientSaysSo() {
        attached();
        Figures figures = rig.carryOut(map(true, IntStream.of(4, 5, 6, 9, 10).mapToObj(ManyMappingsTest::range)))
                .figures();
        assertThat(figures.mappings()).hasValue(2);
        assertThat(rig.mappings()).extracting(Mapping::iova).containsExactly(pages(4, 3), pages(9, 2));
    }

    @Test
    void anUnmapThatRemovesLessThanStoodThereIsAFactOfItsOwn() {
        Rig forgetful = new Rig(Policies.DEFAULT, FaultyKernels::removingNothing);
        forgetful.carryOut(new Instruction.OpenContext());
        forgetful.attach("edu");
        forgetful.mapMemory(pages(16, 4));
        forgetful.unmap(pages(16, 4));
        assertThat(forgetful.facts())
                .filteredOn(UnmapFellShort.class::isInstance)
                .hasSize(1);
        assertThat(forgetful.mappings()).extracting(Mapping::state).containsExactly(MappingState.LIMBO);
    }

    @Test
    void aPlanNamesWhatAHotResetWouldTakeAlongAndDoesNothing() {
        rig.carryOut(new Instruction.OpenContext());
        rig.attach("shm2");
        rig.mapPeer(pages(16, 1));
        int resets = rig.machine.resets(SHM2);
        ResetPlan plan = rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, true))
                .figures()
                .plan()
                .orElseThrow();
        assertThat(plan.devices())
                .containsExactly(new PlannedDevice(
                        SHM2, 5, PlannedDevice.Owner.AGENT, rig.context().toString()));
        assertThat(plan.mappingCount()).isEqualTo(1);
        assertThat(plan.effect()).isEqualTo(OnReset.SUSPEND);
        assertThat(plan.refusal()).isEmpty();
        assertThat(rig.machine.resets(SHM2)).isEqualTo(resets);
        assertThat(rig.control.books().openEpisodes()).isEmpty();
    }

    @Test
    void aPlanNamesOrphansThatReachTheDeviceAndTheyStayWhenItIsReset() {
        rig.carryOut(new Instruction.SetPolicies(Policies.KERNEL));
        rig.withPeerMapping();
        rig.release("shm2", GroupFate.STAYS);
        rig.attach("shm2");
        rig.mapPeer(pages(64, 1));
        rig.carryOut(new Instruction.SetPolicies(Policies.DEFAULT));
        ResetPlan plan = rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, true))
                .figures()
                .plan()
                .orElseThrow();
        assertThat(plan.mappings()).containsExactly(new PlannedMapping(2, 1, false), new PlannedMapping(1, 1, true));
        assertThat(plan.mappingCount()).isEqualTo(2);
        rig.decode(SHM2, MemoryDecoding.OFF);
        assertThat(rig.mappings())
                .extracting(Mapping::state)
                .containsExactly(MappingState.ORPHANED, MappingState.REVOKED);
        rig.decode(SHM2, MemoryDecoding.ON);
        assertThat(rig.eduReads(16)).isEqualTo(new DmaAnswer.Read("shm2:0"));
    }

    @Test
    void aFunctionResetOfADeviceThatHasNoneIsRefusedBeforeTheKernelIsAsked() {
        rig.carryOut(new Instruction.OpenContext());
        rig.attach("shm0");
        Refusals.assertAgent(
                rig.carryOut(new Instruction.Reset(Rig.address("shm0"), EpisodeKind.FUNCTION_RESET, false)),
                AgentReason.UNSUPPORTED,
                "0000:01:00.0");
    }
}
