package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFull;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Former;
import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Carries out instructions on this host, one after the other, and records what happened. For the agent's one thread. */
public final class HostControl {
    /** After this time an intent of a former start is resolved as unknown, if what it left cannot be found out. */
    private static final long RESOLVED_AFTER_NANOS = 4_000_000_000L;

    private static final System.Logger LOG = System.getLogger(HostControl.class.getName());

    private final HostClock clock;
    private final HostPlatform platform;
    private final Journal journal;
    private final Former former;
    private final Setup setup;
    private final Recorder recorder;
    private final Instructions instructions;
    private final Reclaim reclaim;
    private final LoneIntents loneIntents;
    private final Space space;
    private final Backlog backlog;
    private final long startedNanos;
    private final Set<UUID> begun = new HashSet<>();

    /** Why nothing that was instructed is begun any more. */
    private volatile Optional<String> fenced = Optional.empty();

    /**
     * How this agent is set up.
     *
     * @param sealed     no instruction relaxes a policy
     * @param checkpoint told of each step
     * @param frames     where mapped memory is in physical memory is recorded
     */
    public record Setup(Policies policies, boolean sealed, Checkpoint checkpoint, boolean frames) {
        public Setup(Policies policies, boolean sealed, Checkpoint checkpoint) {
            this(policies, sealed, checkpoint, false);
        }
    }

    /** What a start needs of its state directory, and where its facts go. */
    public record Recording(StreamId stream, HostClock clock, Journal journal, Former former, HeldGroups heldGroups) {}

    public HostControl(VfioKernel kernel, HostPlatform platform, Recording recording, Setup setup) {
        this.clock = recording.clock();
        this.platform = platform;
        this.journal = recording.journal();
        this.former = recording.former();
        this.setup = setup;
        this.startedNanos = clock.monotonicNanos();
        this.recorder = new Recorder(recording.stream(), clock, journal, this::changed);
        this.space = new Space(journal, setup.frames());
        this.backlog = new Backlog(recorder, space);
        this.instructions = new Instructions(kernel, platform, recorder, recording, setup);
        this.loneIntents = new LoneIntents(recorder, former.lone());
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

    /** Records the beginning of the epoch, what its journal has of former ones, and the devices that are there. */
    public void begin(UUID instance, String agentVersion, Policies policies) {
        recorder.record(new EpochBegan(
                instance,
                platform.machineId(),
                platform.bootId(),
                platform.kernelRelease(),
                agentVersion,
                policies,
                setup.sealed(),
                platform.memoryLockLimit(),
                former.predecessor()));
        former.damages().forEach(recorder::record);
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
        recorder.sync();
    }

    /**
     * Asks for the groups that the former start held.
     *
     * @return whether it is known of all of them what stands on them; else ask again later
     */
    public boolean reclaim() {
        boolean known = false;
        try {
            known = reclaim.attempt();
            resolve(known);
        } catch (JournalFull full) {
            LOG.log(System.Logger.Level.DEBUG, "what a former start left is told later: {0}", full.getMessage());
        }
        recorder.sync();
        return known && loneIntents.resolved();
    }

    private void resolve(boolean known) {
        if (known) {
            loneIntents.holderGone();
        } else if (clock.monotonicNanos() - startedNanos > RESOLVED_AFTER_NANOS) {
            loneIntents.holderUnknown();
        }
        if (loneIntents.resolved()) {
            recorder.sync();
            former.epochs().forEach(EpochLog::settled);
        }
    }

    /** Records something that the agent learned by itself. */
    public void learned(HostFact fact) {
        backlog.learned(fact);
        recorder.sync();
    }

    /**
     * Moves what is left of a former epoch out of the way, because the command side does not take it. That is told before
     * it is done, and with it what the epoch itself had to tell of those before it.
     */
    public void undeliverable(EpochLog epoch, String why) {
        Former.toldOfEarlier(epoch).forEach(backlog::last);
        long first = epoch.firstUnstored();
        backlog.last(new JournalDamaged(
                epoch.epoch(),
                first,
                epoch.nextSequence() - first,
                journal.bytes(epoch),
                JournalDamaged.Fate.QUARANTINED,
                "the command side does not take them: " + why,
                0,
                Optional.of(epoch.instance())));
        recorder.sync();
        journal.quarantine(epoch);
    }

    /** Gives space of the journal back, and records what waited for space. To be called now and then. */
    public void maintain() {
        journal.maintain(Instant.ofEpochSecond(0, clock.wallNanos()));
        backlog.recordIfRoom();
        recorder.sync();
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
            Optional<String> over = fenced;
            if (over.isPresent()) {
                throw new AgentRefused(AgentReason.EXPIRED, "this agent was fenced before it began: " + over.get());
            }
            if (clock.wallNanos() > expiryNanos) {
                throw new AgentRefused(
                        AgentReason.EXPIRED,
                        "the instruction came " + (clock.wallNanos() - expiryNanos) / 1_000_000 + " ms too late");
            }
            space.require(instruction, recorder.books());
            Figures figures = instructions.carryOut(instruction);
            backlog.ended(new InstructionEnded(operation, Outcome.SUCCEEDED, Optional.empty(), figures));
        } catch (KernelRefused refused) {
            refused(operation, new Refusal.ByKernel(refused.evidence(), refused.circumstances()));
        } catch (AgentRefused refused) {
            refused(operation, refused.refusal());
        } catch (RuntimeException fault) {
            LOG.log(System.Logger.Level.ERROR, "a fault of the agent in " + instruction, fault);
            backlog.ended(new InstructionEnded(operation, Outcome.UNKNOWN, Optional.empty(), Figures.NONE));
        } finally {
            recorder.onBehalfOf(Optional.empty());
        }
        recorder.sync();
    }

    /** From now on no instruction is begun; what stands on the host stays. For any thread. */
    public void fence(String why) {
        fenced = Optional.of(why);
    }

    /** Ends an instruction that cannot be read, without asking the kernel anything. */
    public void refuse(UUID operation, String why) {
        if (begun.add(operation)) {
            recorder.onBehalfOf(Optional.of(operation));
            refused(operation, new Refusal.ByAgent(AgentReason.INVALID, why));
            recorder.onBehalfOf(Optional.empty());
            recorder.sync();
        }
    }

    /** Carries out an instruction of the agent's own; what came of it stands in the facts. */
    public Optional<Figures> carryOutLocally(Instruction instruction) {
        try {
            space.require(instruction, recorder.books());
            Optional<Figures> figures = Optional.of(instructions.carryOut(instruction));
            recorder.sync();
            return figures;
        } catch (KernelRefused | AgentRefused refused) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", instruction, refused.getMessage());
            recorder.sync();
            return Optional.empty();
        }
    }

    /** Releases everything in order and ends the epoch. What the kernel refuses to give back ends with the process. */
    public void end() {
        for (OpenContext context : instructions.contexts().all()) {
            carryOutLocally(new Instruction.CloseContext(context(context.number)));
        }
        backlog.last(new EpochEnded());
        recorder.sync();
    }

    private void refused(UUID operation, Refusal why) {
        backlog.ended(new InstructionEnded(operation, Outcome.REFUSED, Optional.of(why), Figures.NONE));
    }
}
