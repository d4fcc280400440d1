package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Refusals.assertAgent;
import static io.iommuledger.agent.host.Rig.SHM2;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.simulated.KernelVersion;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.agent.simulated.Topology;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Outcome;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the kernel says of itself beforehand is enough to refuse; nothing stays open then. */
class UnfitKernelTest {
    private static final PciAddress SHM1 = Rig.address("shm1");

    private final FailTheNth calls = new FailTheNth(0, Errno.EIO);

    private Rig rig(SimulatedHost machine, UnaryOperator<VfioKernel> between) {
        Rig rig = new Rig(machine, kernel -> calls.between(between.apply(kernel)));
        calls.recordedIn(() -> rig.control.books().lastSequence(1) + 1);
        return rig;
    }

    @Test
    void aVfioOfAnotherVersionGivesNoContext() {
        Rig rig = rig(SimulatedHosts.lab(), kernel -> FaultyKernels.answering(kernel, "apiVersion", 1));
        assertNoContext(rig, "speaks version 1");
    }

    @Test
    void aKernelWithoutType1v2GivesNoContext() {
        Rig rig = rig(SimulatedHosts.lab(), kernel -> FaultyKernels.answering(kernel, "checkExtension", 0));
        assertNoContext(rig, "load the module vfio_iommu_type1");
    }

    private void assertNoContext(Rig rig, String detail) {
        InstructionEnded ended = rig.carryOut(new Instruction.OpenContext());
        assertAgent(ended, AgentReason.UNSUPPORTED, detail);
        assertThat(rig.facts().reversed().subList(0, 3))
                .hasExactlyElementsOfTypes(InstructionEnded.class, NotAsked.class, ContextOpenRequested.class);
        assertThat(rig.control.books().contexts()).isEmpty();
        FactsAgainstCalls.assertSame(calls.calls(), rig.recorded());
    }

    @Test
    void aGroupWithAHostDriverIsRefusedNamingWhatSitsInIt() {
        SimulatedHost machine = labWithDriver(SHM1, "uio_pci_generic");
        Rig rig = rig(machine, kernel -> kernel);
        rig.carryOut(new Instruction.OpenContext());
        InstructionEnded ended = rig.attach("shm0");
        assertAgent(
                ended,
                AgentReason.NOT_VIABLE,
                "0000:01:00.0 has driver vfio-pci, 0000:01:00.1 has driver uio_pci_generic; bind every device");
        assertThat(rig.facts().reversed().subList(0, 3))
                .hasExactlyElementsOfTypes(InstructionEnded.class, NotAsked.class, GroupAttachRequested.class);
        FactsAgainstCalls.assertSame(calls.calls(), rig.recorded());
        FoldAgainstMachine.assertSame(rig.control.books(), machine);
        assertThat(rig.attach("shm2").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(machine.held(SHM2).open()).isTrue();
    }

    @Test
    void aGroupWithADeviceWithoutADriverIsViable() {
        Rig rig = rig(labWithDriver(SHM1, ""), kernel -> kernel);
        rig.carryOut(new Instruction.OpenContext());
        assertThat(rig.attach("shm0").outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    private static SimulatedHost labWithDriver(PciAddress device, String driver) {
        Topology lab = SimulatedHosts.labTopology();
        List<PciFunction> functions = lab.functions().stream()
                .map(function -> function.address().equals(device) ? withDriver(function, driver) : function)
                .toList();
        return new SimulatedHost(
                new Topology(functions, lab.spaces(), lab.pageSizes(), lab.mappingLimit(), lab.notReadyAfterBusReset()),
                KernelVersion.V6_12,
                "lab-host",
                "0".repeat(32));
    }

    private static PciFunction withDriver(PciFunction function, String driver) {
        return new PciFunction(
                function.address(),
                function.group(),
                function.vendor(),
                function.product(),
                function.classCode(),
                driver,
                function.resetMethods(),
                function.bars());
    }
}
