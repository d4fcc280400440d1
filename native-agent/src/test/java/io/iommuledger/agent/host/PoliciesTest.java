package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.EDU;
import static io.iommuledger.agent.host.Rig.PAGE;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drop, strict, sealed and taint. */
class PoliciesTest {
    private static final String BAR_FILE = "/sys/bus/pci/devices/0000:05:00.0/resource2";

    @Test
    void aReleaseIsRefusedWhileAMappingOfTheDeviceStaysUnlessItIsForced() {
        Rig rig = new Rig(Policies.DEFAULT, kernel -> FaultyKernels.refusing(kernel, "unmapDma", Errno.EFAULT));
        rig.withPeerMapping();
        Refusals.assertAgent(rig.release("shm2", GroupFate.STAYS), AgentReason.NOT_REMOVED, "lab.1-1");
        assertThat(rig.eduReads(16)).isEqualTo(new DmaAnswer.Read("shm2:0"));
        assertThat(rig.carryOut(new Instruction.ReleaseDevice(rig.context(), SHM2, GroupFate.STAYS, true))
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.mappings()).extracting(Mapping::state).containsExactly(MappingState.ORPHANED);
    }

    @Test
    void aReleaseIsRefusedIfTheKernelRemovesLessThanStoodThere() {
        Rig rig = new Rig(Policies.DEFAULT, FaultyKernels::removingNothing);
        rig.withPeerMapping();
        Refusals.assertAgent(rig.release("shm2", GroupFate.STAYS), AgentReason.NOT_REMOVED, "lab.1-1");
        rig.carryOut(new Instruction.ReleaseDevice(rig.context(), SHM2, GroupFate.STAYS, true));
        assertThat(rig.mappings()).extracting(Mapping::state).containsExactly(MappingState.ORPHANED);
    }

    @Test
    void deviceMemoryThroughAFileIsRefusedUnderStrictAndMappedUnderUnsafe() {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        rig.machine.addFile("/dev/shm/ring");
        Instruction.Map map = Rig.map(rig.context(), pages(64, 1), DmaAccess.READ, file(BAR_FILE));
        Refusals.assertAgent(rig.carryOut(map), AgentReason.POLICY, BAR_FILE);
        assertThat(rig.carryOut(Rig.map(rig.context(), pages(80, 1), file("/dev/shm/ring")))
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        rig.carryOut(new Instruction.SetPolicies(new Policies(OnRelease.DROP, OnReset.SUSPEND, Mmio.UNSAFE)));
        assertThat(rig.carryOut(map).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.eduReads(64)).isEqualTo(new DmaAnswer.Read("shm2:0"));
        assertThat(rig.control
                        .books()
                        .mappings(rig.context(), pages(64, 1))
                        .getFirst()
                        .backing())
                .isInstanceOfSatisfying(
                        Backing.FileRange.class,
                        file -> assertThat(file.deviceMemory()).isTrue());
    }

    @Test
    void deviceMemoryThatWasMappedUnderUnsafeIsNotMappedAgainUnderStrict() {
        boolean[] failing = {false};
        Rig rig = new Rig(
                Policies.KERNEL,
                kernel -> FaultyKernels.refusingWhile(kernel, "mapDma", Errno.ENOMEM, () -> failing[0]));
        rig.withPeerMapping();
        rig.carryOut(Rig.map(rig.context(), pages(64, 1), DmaAccess.READ, file(BAR_FILE)));
        rig.carryOut(Rig.map(rig.context(), pages(80, 1), DmaAccess.READ_WRITE, file(BAR_FILE)));
        Mapping withheld = at(rig, 64);
        rig.carryOut(new Instruction.ChangeAccess(withheld.id(), Optional.empty()));
        Mapping lost = at(rig, 80);
        failing[0] = true;
        rig.carryOut(new Instruction.ChangeAccess(lost.id(), Optional.of(DmaAccess.READ)));
        failing[0] = false;

        rig.carryOut(new Instruction.SetPolicies(Policies.DEFAULT));
        Refusals.assertAgent(
                rig.carryOut(new Instruction.ChangeAccess(withheld.id(), Optional.of(DmaAccess.READ))),
                AgentReason.POLICY,
                BAR_FILE);
        Refusals.assertAgent(rig.carryOut(new Instruction.Restore(lost.id())), AgentReason.POLICY, BAR_FILE);
        assertThat(rig.eduReads(64)).isEqualTo(new DmaAnswer.Fault());
        assertThat(rig.eduReads(80)).isEqualTo(new DmaAnswer.Fault());

        rig.carryOut(new Instruction.SetPolicies(Policies.KERNEL));
        rig.carryOut(new Instruction.ChangeAccess(withheld.id(), Optional.of(DmaAccess.READ)));
        rig.carryOut(new Instruction.Restore(lost.id()));
        assertThat(rig.eduReads(64)).isEqualTo(new DmaAnswer.Read("shm2:0"));
        assertThat(rig.eduReads(80)).isEqualTo(new DmaAnswer.Read("shm2:0"));
    }

    @Test
    void anAccessThatAMappingHasIsNotGivenAgain() throws Exception {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        rig.carryOut(Rig.map(rig.context(), pages(64, 1), DmaAccess.READ, new BackingRequest.NewMemory(0)));
        Mapping mapping = at(rig, 64);
        List<Optional<DmaAccess>> each = List.of(Optional.of(DmaAccess.READ), Optional.empty());
        for (Optional<DmaAccess> access : each) {
            rig.carryOut(new Instruction.ChangeAccess(mapping.id(), access));
            assertThat(rig.factsOf(() -> rig.carryOut(new Instruction.ChangeAccess(mapping.id(), access))))
                    .as("how the instruction ended, and nothing else")
                    .hasSize(1);
        }
    }

    private static Mapping at(Rig rig, long page) {
        return rig.control.books().mappings(rig.context(), pages(page, 1)).getFirst();
    }

    @ParameterizedTest
    @EnumSource(
            value = FileKind.class,
            names = {"FIFO", "DIRECTORY"})
    void whatIsNeitherAFileNorADeviceNodeIsRefusedByWhatItIs(FileKind kind) {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        rig.machine.addFile("/run/odd", kind);
        Refusals.assertAgent(
                rig.carryOut(Rig.map(rig.context(), pages(64, 1), DmaAccess.READ, file("/run/odd"))),
                AgentReason.INVALID,
                "/run/odd is " + kind + "; map a regular file or a device node");
        assertThat(rig.mappings()).hasSize(1);
    }

    private static BackingRequest file(String path) {
        return new BackingRequest.OfFile(path, 0);
    }

    @Test
    void aHostIsTaintedForTheRestOfTheEpochInWhichAPolicyWasWeak() {
        Rig rig = new Rig(Policies.DEFAULT);
        assertThat(rig.control.books().epoch()).map(Epoch::tainted).contains(false);
        rig.carryOut(new Instruction.SetPolicies(Policies.KERNEL));
        rig.carryOut(new Instruction.SetPolicies(Policies.DEFAULT));
        assertThat(rig.control.books().epoch()).map(Epoch::tainted).contains(true);
    }

    @Test
    void aSealedHostRelaxesNothingAndTightensAnything() {
        Policies middle = new Policies(OnRelease.DROP, OnReset.LEAVE, Mmio.STRICT);
        Rig rig = new Rig(new HostControl.Setup(middle, true, Checkpoint.NONE), kernel -> kernel);
        Refusals.assertAgent(
                rig.carryOut(new Instruction.SetPolicies(Policies.KERNEL)),
                AgentReason.POLICY,
                "sealed by its agent's configuration: on-release=leave on-reset=leave mmio=unsafe would relax on-release=");
        assertThat(rig.carryOut(new Instruction.SetPolicies(Policies.DEFAULT)).outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        Refusals.assertAgent(rig.carryOut(new Instruction.SetPolicies(middle)), AgentReason.POLICY, "sealed");
        rig.withPeerMapping();
        Refusals.assertAgent(
                rig.carryOut(new Instruction.ReleaseDevice(rig.context(), SHM2, GroupFate.STAYS, true)),
                AgentReason.POLICY,
                "forced");
    }

    @Test
    void aRegionStandsBehindSeveralMappingsAndCannotGoBeforeThem() {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.carryOut(new Instruction.OpenContext());
        rig.attach("edu");
        rig.carryOut(new Instruction.AllocateRegion("ring", 4 * PAGE, 0));
        Refusals.assertAgent(rig.carryOut(new Instruction.AllocateRegion("ring", PAGE, 0)), AgentReason.IN_USE, "ring");
        rig.carryOut(Rig.map(rig.context(), pages(1, 2), new BackingRequest.OfRegion("ring", 0)));
        rig.carryOut(Rig.map(rig.context(), pages(8, 2), new BackingRequest.OfRegion("ring", PAGE)));
        Refusals.assertAgent(
                rig.carryOut(Rig.map(rig.context(), pages(32, 2), new BackingRequest.OfRegion("ring", 3 * PAGE))),
                AgentReason.INVALID,
                "ring");
        long vaddr = rig.control.books().regions().iterator().next().vaddr();
        rig.machine.tagMemory(vaddr + PAGE, "second");
        assertThat(rig.machine.dmaRead(EDU, 2 * PAGE)).isEqualTo(new DmaAnswer.Read("second"));
        assertThat(rig.machine.dmaRead(EDU, 8 * PAGE)).isEqualTo(new DmaAnswer.Read("second"));
        Refusals.assertAgent(rig.carryOut(new Instruction.FreeRegion("ring")), AgentReason.IN_USE, "ring");
        rig.unmap(pages(1, 2));
        rig.unmap(pages(8, 2));
        assertThat(rig.carryOut(new Instruction.FreeRegion("ring")).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.control.books().regions()).isEmpty();
    }
}
