package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Outbox;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Carries out instructions on this host, one after the other, and records what happened. For the agent's one thread. */
public final class HostControl {
    private static final System.Logger LOG = System.getLogger(HostControl.class.getName());

    private final HostClock clock;
    private final Recorder recorder;
    private final Contexts contexts;
    private final Mappings mappings;
    private final Devices devices;
    private final Resets resets;
    private final Set<UUID> begun = new HashSet<>();

    public HostControl(VfioKernel kernel, StreamId stream, Policies policies, HostClock clock, Outbox outbox) {
        this.clock = clock;
        this.recorder = new Recorder(stream, clock, outbox, this::changed);
        Numbers numbers = new Numbers();
        this.contexts = new Contexts(kernel, recorder, numbers);
        this.mappings = new Mappings(kernel, recorder, numbers, contexts, policies);
        this.devices = new Devices(kernel, recorder, numbers, contexts, mappings);
        this.resets = new Resets(kernel, recorder, numbers, contexts, devices);
    }

    /** Records the beginning of the epoch and the devices that are there. */
    public void begin(UUID instance, HostPlatform platform, String agentVersion, Policies policies) {
        recorder.record(new EpochBegan(
                instance, platform.machineId(), platform.bootId(), platform.kernelRelease(), agentVersion, policies));
        for (PciFunction found : platform.discover()) {
            recorder.record(new DeviceDiscovered(
                    found.address(),
                    found.group(),
                    found.vendor(),
                    found.product(),
                    found.classCode(),
                    found.driver(),
                    found.resetMethods(),
                    found.bars()));
        }
    }

    /** Id of a context of this epoch. */
    public ContextId context(long number) {
        return new ContextId(recorder.stream().epoch(), number);
    }

    /** What stands on this host. */
    public HostState books() {
        return recorder.books();
    }

    /**
     * Carries out an instruction of the command side. A repeated one does nothing: its first result stands in the stream.
     *
     * @param expiryNanos wall clock after which it is not begun any more
     */
    public void carryOut(UUID operation, Instruction instruction, long expiryNanos) {
        if (!begun.add(operation)) {
            return;
        }
        recorder.onBehalfOf(Optional.of(operation));
        try {
            if (clock.wallNanos() > expiryNanos) {
                throw new AgentRefused(
                        AgentReason.EXPIRED,
                        "the instruction came " + (clock.wallNanos() - expiryNanos) / 1_000_000 + " ms too late");
            }
            Figures figures = carryOut(instruction);
            recorder.record(new InstructionEnded(operation, Outcome.SUCCEEDED, Optional.empty(), figures));
        } catch (KernelRefused refused) {
            refused(operation, new Refusal.ByKernel(refused.evidence()));
        } catch (AgentRefused refused) {
            refused(operation, refused.refusal());
        } catch (RuntimeException fault) {
            LOG.log(System.Logger.Level.ERROR, "a fault of the agent in " + instruction, fault);
            recorder.record(new InstructionEnded(operation, Outcome.UNKNOWN, Optional.empty(), Figures.NONE));
        } finally {
            recorder.onBehalfOf(Optional.empty());
        }
    }

    /** Ends an instruction that cannot be read, without asking the kernel anything. */
    public void refuse(UUID operation, String why) {
        if (begun.add(operation)) {
            recorder.onBehalfOf(Optional.of(operation));
            refused(operation, new Refusal.ByAgent(AgentReason.INVALID, why));
            recorder.onBehalfOf(Optional.empty());
        }
    }

    /** Carries out an instruction of the agent's own; what came of it stands in the facts. */
    public Optional<Figures> carryOutLocally(Instruction instruction) {
        try {
            return Optional.of(carryOut(instruction));
        } catch (KernelRefused | AgentRefused refused) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", instruction, refused.getMessage());
            return Optional.empty();
        }
    }

    /** Releases everything in order and ends the epoch. What the kernel refuses to give back ends with the process. */
    public void end() {
        for (OpenContext context : contexts.all()) {
            carryOutLocally(new Instruction.CloseContext(context(context.number)));
        }
        recorder.record(new EpochEnded());
    }

    private Figures carryOut(Instruction instruction) throws KernelRefused, AgentRefused {
        return switch (instruction) {
            case Instruction.OpenContext open -> contexts.open();
            case Instruction.AttachDevice attach -> devices.attach(contexts.get(attach.context()), attach.device());
            case Instruction.ReleaseDevice release ->
                devices.release(contexts.get(release.context()), release.device(), release.group());
            case Instruction.Map map -> mappings.map(map);
            case Instruction.Unmap unmap -> mappings.unmap(unmap.context(), unmap.iova());
            case Instruction.Reset reset ->
                reset.kind() == EpisodeKind.HOT_RESET ? resets.hot(reset.device()) : resets.function(reset.device());
            case Instruction.SetMemoryDecoding set -> devices.decode(set.device(), set.decoding());
            case Instruction.CloseContext close -> close(contexts.get(close.context()));
        };
    }

    private Figures close(OpenContext context) throws KernelRefused, AgentRefused {
        for (PciAddress device : List.copyOf(context.devices.keySet())) {
            devices.release(context, device, GroupFate.STAYS);
        }
        for (int group : List.copyOf(context.groups.keySet())) {
            devices.detach(context, group);
        }
        contexts.close(context);
        return Figures.NONE;
    }

    private void refused(UUID operation, Refusal why) {
        recorder.record(new InstructionEnded(operation, Outcome.REFUSED, Optional.of(why), Figures.NONE));
    }

    private void changed(Change change) {
        if (change instanceof Change.MappingChanged(var mapping)
                && mapping.state().terminal()) {
            mappings.ended(mapping);
        }
    }
}
