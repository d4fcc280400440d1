package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Refusals.assertAgent;
import static io.iommuledger.agent.host.Refusals.assertKernel;
import static io.iommuledger.agent.host.Refusals.circumstances;
import static io.iommuledger.agent.host.Rig.PAGE;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A range that is refused is named by its place and address, with its cause where the agent can know it. */
class RefusedRangesTest {
    private static final BackingRequest MEMORY = new BackingRequest.NewMemory(0);
    private static final IovaRange MSI = IovaRange.ofSize(0xfee0_0000L, PAGE);

    private Rig rig = new Rig(OnRelease.LEAVE);

    @BeforeEach
    void aContextWithAPeerMapping() {
        rig.withPeerMapping();
    }

    private static MapRange range(IovaRange iova, BackingRequest backing) {
        return new MapRange(iova, DmaAccess.READ_WRITE, backing);
    }

    private static MapRange memory(IovaRange iova) {
        return range(iova, MEMORY);
    }

    private InstructionEnded map(boolean merge, MapRange... ranges) {
        return rig.carryOut(new Instruction.Map(rig.context(), List.of(ranges), merge));
    }

    @Test
    void outsideTheIovaRanges() {
        InstructionEnded ended = map(false, memory(pages(32, 1)), memory(pages(64, 1)), memory(MSI));
        assertKernel(ended, "VFIO_IOMMU_MAP_DMA", Errno.EINVAL);
        assertThat(circumstances(ended).refused()).isEqualTo("ranges[2] at " + MSI);
        assertThat(circumstances(ended).cause())
                .startsWith("it does not lie inside one of the context's IOVA ranges, [0x")
                .doesNotContain("aligned", "group");
        assertThat(circumstances(ended).left())
                .isEqualTo("nothing of the request, whose 3 ranges are mapped all or not at all");
        assertThat(rig.mappings()).as("all or nothing").hasSize(1);
    }

    @Test
    void aSingleOneLeavesNothingToTellOf() {
        assertThat(circumstances(map(false, memory(MSI))).left()).isEmpty();
    }

    @Test
    void notAligned() {
        IovaRange half = IovaRange.ofSize(64 * PAGE + 0x800, PAGE);
        InstructionEnded ended = map(false, memory(half));
        assertThat(circumstances(ended).refused()).isEqualTo("range " + half);
        assertThat(circumstances(ended).cause())
                .startsWith("it is not aligned to the smallest page of the context's IOMMU, 4096 bytes");
    }

    @Test
    void offsetNotAligned() {
        InstructionEnded ended =
                map(false, memory(pages(32, 1)), range(pages(64, 1), new BackingRequest.OfBar(SHM2, 2, 0x800)));
        assertThat(circumstances(ended).refused()).isEqualTo("ranges[1] at " + pages(64, 1));
        assertThat(circumstances(ended).cause()).startsWith("the offset of its backing is no multiple");
    }

    @Test
    void withoutAGroup() {
        rig.carryOut(new Instruction.OpenContext());
        InstructionEnded ended = rig.carryOut(Rig.map(rig.control.context(2), pages(1, 1), MEMORY));
        assertThat(circumstances(ended).cause()).isEqualTo("context 1-2 has no group");
        ended = rig.carryOut(new Instruction.Unmap(rig.control.context(2), pages(1, 1)));
        assertThat(circumstances(ended).cause()).isEqualTo("context 1-2 has no group");
    }

    @Test
    void overAnotherOfTheRequest() {
        InstructionEnded ended = map(false, memory(pages(64, 2)), memory(pages(32, 1)), memory(pages(65, 2)));
        assertKernel(ended, "VFIO_IOMMU_MAP_DMA", Errno.EEXIST);
        assertThat(circumstances(ended).refused()).isEqualTo("ranges[2] at " + pages(65, 2));
        assertThat(circumstances(ended).cause())
                .isEqualTo("it overlaps ranges[0] at " + pages(64, 2) + " of the same request");
    }

    @Test
    void overAMapping() {
        InstructionEnded ended = map(false, memory(pages(32, 1)), memory(pages(18, 1)));
        assertThat(circumstances(ended).refused()).isEqualTo("ranges[1] at " + pages(18, 1));
        assertThat(circumstances(ended).cause()).isEqualTo("it overlaps mapping lab.1-1 at " + pages(16, 4));
    }

    @Test
    void mergedOfSeveral() {
        InstructionEnded ended = map(
                true,
                memory(pages(32, 1)),
                memory(pages(33, 1)),
                memory(pages(18, 1)),
                memory(pages(19, 2)),
                memory(pages(64, 1)));
        assertThat(circumstances(ended).refused())
                .isEqualTo("ranges[2] to ranges[3], merged to one at " + pages(18, 3));
    }

    @Test
    void withoutItsBacking() {
        assertAgent(
                map(false, memory(pages(32, 1)), range(pages(64, 1), new BackingRequest.OfBar(SHM2, 1, 0))),
                AgentReason.INVALID,
                "; this is of ranges[1] at " + pages(64, 1)
                        + "; what stands now: nothing of the request, whose 2 ranges are mapped all or not at all");
        assertThat(rig.mappings()).hasSize(1);
        InstructionEnded ended =
                map(false, memory(pages(32, 1)), range(pages(64, 1), new BackingRequest.OfFile("/dev/shm/none", 0)));
        assertThat(circumstances(ended).refused()).isEqualTo("ranges[1] at " + pages(64, 1));
        assertThat(circumstances(ended).left()).startsWith("nothing of the request");
    }

    @Test
    void ofABarWhoseDeviceIsAway() {
        rig.decode(SHM2, MemoryDecoding.OFF);
        InstructionEnded ended = rig.mapPeer(pages(64, 1));
        assertKernel(ended, "VFIO_IOMMU_MAP_DMA", Errno.EFAULT);
        assertThat(circumstances(ended).cause()).isEqualTo("the memory decoding of device " + SHM2 + " is off");
        assertThat(circumstances(ended).cure())
                .startsWith("switch it on, PUT /api/v1/hosts/lab/devices/" + SHM2 + "/memory {\"enabled\":true}");
        rig.decode(SHM2, MemoryDecoding.ON);
        rig.carryOut(new Instruction.SetPower(SHM2, PowerState.LOW));
        ended = rig.mapPeer(pages(64, 1));
        assertKernel(ended, "VFIO_IOMMU_MAP_DMA", Errno.EFAULT);
        assertThat(circumstances(ended).cause()).isEqualTo("device " + SHM2 + " is in low power");
    }

    @Test
    void whatIsKnownNotToBeTheCauseIsNotTold() {
        rig = refusing(Errno.EFAULT);
        Circumstances ofBar = circumstances(rig.mapPeer(pages(64, 1)));
        assertThat(ofBar.cause()).isEmpty();
        assertThat(ofBar.likely())
                .startsWith("the BAR of device " + SHM2 + " could not be had just then: now its memory decoding is on");
        assertThat(circumstances(rig.mapMemory(pages(64, 1))).likely())
                .startsWith("there was no page for the agent's memory")
                .doesNotContain("decoding", "BAR");
        rig = refusing(Errno.ENOMEM);
        assertThat(circumstances(rig.mapMemory(pages(64, 1))).likely())
                .isEqualTo("the machine is out of memory: what the agent locks is not limited");
        rig.machine.limitLockedMemory(PAGE, false);
        assertThat(circumstances(rig.mapMemory(pages(64, 1))).likely())
                .startsWith(
                        "the machine is out of memory: the agent's limit of locked memory, 4096 bytes, is not reached");
        Circumstances tooMuch = circumstances(rig.mapMemory(pages(64, 2)));
        assertThat(tooMuch.likely()).isEmpty();
        assertThat(tooMuch.cause())
                .isEqualTo("the agent's mappings lock 0 bytes, and with 8192 more they would pass its limit of locked"
                        + " memory (RLIMIT_MEMLOCK), 4096 bytes");
    }

    private static Rig refusing(Errno errno) {
        Rig rig = new Rig(OnRelease.LEAVE, kernel -> FaultyKernels.refusing(kernel, "mapDma", errno));
        rig.withPeerMapping();
        return rig;
    }

    @Test
    void forACauseThatTheAgentCannotKnow() {
        rig = new Rig(OnRelease.LEAVE, kernel -> FaultyKernels.refusing(kernel, "mapDma", Errno.EINVAL));
        rig.withPeerMapping();
        InstructionEnded ended = map(false, memory(pages(64, 1)));
        assertThat(circumstances(ended).refused()).isEqualTo("range " + pages(64, 1));
        assertThat(circumstances(ended).cause()).isEmpty();
        assertThat(circumstances(ended).likely())
                .startsWith("none that is known: the context has a group, and the range and its backing are aligned");
    }

    @Test
    void whatCannotBeRolledBackIsTold() {
        rig = new Rig(OnRelease.LEAVE, kernel -> FaultyKernels.refusing(kernel, "unmapDma", Errno.EINVAL));
        rig.withPeerMapping();
        InstructionEnded ended = map(false, memory(pages(64, 1)), memory(pages(32, 1)), memory(MSI));
        assertThat(circumstances(ended).left())
                .startsWith("2 of the ranges that were mapped before it could not be unmapped again")
                .contains(pages(32, 1).toString());
    }

    @Test
    void anUnmapThatCuts() {
        InstructionEnded ended = rig.unmap(pages(0, 18));
        assertKernel(ended, "VFIO_IOMMU_UNMAP_DMA", Errno.EINVAL);
        assertThat(circumstances(ended).refused()).isEqualTo("range " + pages(0, 18));
        assertThat(circumstances(ended).cause()).isEqualTo("it cuts through mapping lab.1-1 at " + pages(16, 4));
        assertThat(circumstances(ended).cure()).isEqualTo("unmap whole mappings");
    }

    @Test
    void anUnmapThatIsNotAligned() {
        InstructionEnded ended = rig.unmap(IovaRange.ofSize(64 * PAGE, 0x800));
        assertThat(circumstances(ended).cause()).startsWith("it is not aligned to the smallest page");
    }
}
