package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Outbox;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.agent.recording.RecordingMark;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Carries out instructions on this host, one after the other, and records what happened. For the agent's one thread. */
public final class HostControl {
    private static final System.Logger LOG = System.getLogger(HostControl.class.getName());

    private final HostClock clock;
    private final HostPlatform platform;
    private final RecordingMark mark;
    private final Setup setup;
    private final Recorder recorder;
    private final Instructions instructions;
    private final Reclaim reclaim;
    private final Set<UUID> begun = new HashSet<>();

    /**
     * How this agent is set up.
     *
     * @param sealed     no instruction relaxes a policy
     * @param checkpoint told of each step
     */
    public record Setup(Policies policies, boolean sealed, Checkpoint checkpoint) {}

    /** What a start needs of its state directory, and where its facts go. */
    public record Recording(
            StreamId stream, HostClock clock, Outbox outbox, RecordingMark mark, HeldGroups heldGroups) {}

    public HostControl(VfioKernel kernel, HostPlatform platform, Recording recording, Setup setup) {
        this.clock = recording.clock();
        this.platform = platform;
        this.mark = recording.mark();
        this.setup = setup;
        this.recorder =
                new Recorder(recording.stream(), clock, recording.outbox(), recording.mark()::recorded, this::changed);
        this.instructions = new Instructions(kernel, platform, recorder, recording, setup);
        this.reclaim = new Reclaim(
                kernel,
                platform,
                recorder,
                instructions.contexts(),
                recording.heldGroups().all());
    }

    private void changed(Change change) {
        instructions.changed(change);
    }

    /** Records the beginning of the epoch and the devices that are there. */
    public void begin(UUID instance, String agentVersion, Policies policies, Optional<Predecessor> predecessor) {
        recorder.record(new EpochBegan(
                instance,
                platform.machineId(),
                platform.bootId(),
                platform.kernelRelease(),
                agentVersion,
                policies,
                setup.sealed(),
                platform.memoryLockLimit(),
                predecessor));
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

    /**
     * Asks for the groups that the former start held.
     *
     * @return whether it is known of all of them what stands on them; else ask again later
     */
    public boolean reclaim() {
        return reclaim.attempt();
    }

    /** Records something that the agent learned by itself. */
    public void learned(HostFact fact) {
        recorder.record(fact);
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
            Figures figures = instructions.carryOut(instruction);
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
            return Optional.of(instructions.carryOut(instruction));
        } catch (KernelRefused | AgentRefused refused) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", instruction, refused.getMessage());
            return Optional.empty();
        }
    }

    /** Releases everything in order and ends the epoch. What the kernel refuses to give back ends with the process. */
    public void end() {
        for (OpenContext context : instructions.contexts().all()) {
            carryOutLocally(new Instruction.CloseContext(context(context.number)));
        }
        recorder.record(new EpochEnded());
        mark.ended();
    }

    private void refused(UUID operation, Refusal why) {
        recorder.record(new InstructionEnded(operation, Outcome.REFUSED, Optional.of(why), Figures.NONE));
    }
}
