package io.iommuledger.agent;

import io.grpc.ManagedChannel;
import io.iommuledger.agent.fault.FaultWatch;
import io.iommuledger.agent.host.Checkpoint;
import io.iommuledger.agent.host.HostControl;
import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.agent.journal.JournalFiles;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.recording.EpochCounter;
import io.iommuledger.agent.recording.Former;
import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.StateLock;
import io.iommuledger.agent.uplink.Gateways;
import io.iommuledger.agent.uplink.Identity;
import io.iommuledger.agent.uplink.InstructionHandler;
import io.iommuledger.agent.uplink.Uplink;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A running agent: one duty thread that alone touches the kernel and the books, and an uplink. Instructions and the
 * agent's own work queue for the duty thread and are carried out in the order in which they came.
 */
public final class Agent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Agent.class.getName());

    private static final long DRAIN_SECONDS = 5;
    private static final long RECLAIM_MILLIS = 500;
    private static final long MAINTENANCE_MILLIS = 1_000;

    /**
     * What an agent needs to know.
     *
     * @param stateDirectory where its journal and the epoch counter live; one agent each
     * @param sealed         no instruction relaxes a policy
     * @param frames         where mapped memory is in physical memory is recorded
     */
    public record Settings(
            HostId host,
            Path stateDirectory,
            Journal.Settings journal,
            Policies policies,
            boolean sealed,
            Checkpoint checkpoint,
            boolean frames) {
        public Settings(
                HostId host,
                Path stateDirectory,
                Journal.Settings journal,
                Policies policies,
                boolean sealed,
                Checkpoint checkpoint) {
            this(host, stateDirectory, journal, policies, sealed, checkpoint, false);
        }

        public Settings(HostId host, Path stateDirectory, Policies policies) {
            this(host, stateDirectory, Journal.Settings.DEFAULT, policies, false, Checkpoint.NONE);
        }
    }

    private final StreamId stream;
    private final HostControl control;
    private final Uplink uplink;
    private final Journal journal;
    private final StateLock lock;
    private Optional<FaultWatch> faults = Optional.empty();
    private final ScheduledExecutorService duty = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("agent-duty").factory());

    private Agent(StreamId stream, HostControl control, Uplink uplink, Journal journal, StateLock lock) {
        this.stream = stream;
        this.control = control;
        this.uplink = uplink;
        this.journal = journal;
        this.lock = lock;
    }

    /**
     * Begins an epoch and connects. The channel stays the caller's.
     *
     * @throws IOException if the state directory cannot be used
     */
    public static Agent start(Settings settings, VfioKernel kernel, HostPlatform platform, ManagedChannel channel)
            throws IOException {
        return start(settings, kernel, platform, Gateways.of(channel));
    }

    /** As above, with more than one command side to dial; the channels stay the caller's. */
    public static Agent start(Settings settings, VfioKernel kernel, HostPlatform platform, Gateways gateways)
            throws IOException {
        return start(
                settings,
                DiskFiles.in(settings.stateDirectory().resolve("journal")),
                new Host(kernel, platform),
                gateways);
    }

    /** What an agent drives. */
    record Host(VfioKernel kernel, HostPlatform platform) {}

    static Agent start(Settings settings, JournalFiles files, Host host, Gateways gateways) throws IOException {
        StateLock lock = StateLock.take(settings.stateDirectory());
        try {
            return start(settings, files, host, gateways, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Agent start(Settings settings, JournalFiles files, Host host, Gateways gateways, StateLock lock)
            throws IOException {
        AgentKey key = AgentKey.in(settings.stateDirectory());
        LOG.log(
                System.Logger.Level.INFO,
                "the key of this host, {0}, is {1}",
                settings.host(),
                key.known().fingerprint());
        Former former = Former.recover(files, JournalFailure.ENDS_THE_PROCESS);
        long epoch = EpochCounter.next(settings.stateDirectory(), former.leastEpoch());
        StreamId stream = new StreamId(settings.host(), epoch);
        UUID instance = UUID.randomUUID();
        HostClock clock = HostClock.system();
        Journal journal = Journal.begin(
                files, settings.journal(), JournalFailure.ENDS_THE_PROCESS, epoch, instance, former.epochs());
        HeldGroups groups = HeldGroups.of(settings.stateDirectory());
        HostControl control = new HostControl(
                host.kernel(),
                host.platform(),
                new HostControl.Recording(stream, clock, journal, former, groups),
                new HostControl.Setup(
                        settings.policies(), settings.sealed(), settings.checkpoint(), settings.frames()));
        Agent[] self = new Agent[1];
        Identity identity = new Identity(stream.host(), host.platform().machineId(), key);
        Uplink uplink = new Uplink(gateways, identity, journal, clock, new InstructionHandler() {
            @Override
            public void instructed(UUID operation, Instruction instruction, long expiryNanos) {
                self[0].onDuty(at -> at.carryOut(operation, instruction, expiryNanos));
            }

            @Override
            public void notUnderstood(UUID operation, String why) {
                self[0].onDuty(at -> at.refuse(operation, why));
            }

            @Override
            public void fenced(String why) {
                control.fence(why);
            }

            @Override
            public void undeliverable(EpochLog epoch, String why) {
                self[0].onDuty(at -> at.undeliverable(epoch, why));
            }
        });
        self[0] = new Agent(stream, control, uplink, journal, lock);
        control.begin(instance, Release.VERSION, settings.policies());
        self[0].reclaim();
        var _ = self[0].onDutyRepeatedly(HostControl::maintain, MAINTENANCE_MILLIS);
        host.platform().kernelLog().ifPresent(log -> self[0].watch(log));
        uplink.start();
        return self[0];
    }

    public StreamId stream() {
        return stream;
    }

    /**
     * Waits until the store has everything recorded so far.
     *
     * @return whether it has, within the time
     */
    public boolean awaitStored(long time, TimeUnit unit) throws InterruptedException {
        return uplink.drain(time, unit);
    }

    /** Queues work for the duty thread. */
    public void onDuty(Consumer<HostControl> work) {
        try {
            duty.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the agent is ending; work is dropped");
        }
    }

    /** Queues work for the duty thread again and again, with a pause between. */
    public Future<?> onDutyRepeatedly(Consumer<HostControl> work, long pauseMillis) {
        return duty.scheduleWithFixedDelay(() -> guarded(work), pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void watch(KernelLog log) {
        faults = Optional.of(FaultWatch.start(log, fact -> onDuty(at -> at.learned(fact))));
    }

    /** What the former start held is asked for until it is known, beside all other work. */
    private void reclaim() {
        onDuty(at -> {
            if (!at.reclaim() && !duty.isShutdown()) {
                var _ = duty.schedule(this::reclaim, RECLAIM_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Gives everything back to the kernel, ends the epoch, and waits a little for the store to have it all. */
    @Override
    public void close() {
        try {
            closeWatch();
            Future<?> ended = duty.submit(control::end);
            duty.shutdown();
            ended.get(DRAIN_SECONDS, TimeUnit.SECONDS);
            if (uplink.fenced().getCount() > 0 && !uplink.drain(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the store does not have all facts of {0}; those it lacks wait in the journal for the next"
                                + " start",
                        stream);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(System.Logger.Level.ERROR, "the host was not given back in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            uplink.close();
            closeFiles();
        }
    }

    private void closeWatch() {
        try {
            if (faults.isPresent()) {
                faults.get().close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the kernel's log ends with the process", e);
        }
    }

    /** A duty thread that hangs in a system call goes on with its journal until the process ends. */
    private void closeFiles() {
        try {
            if (duty.awaitTermination(1, TimeUnit.SECONDS)) {
                journal.close();
            }
            lock.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "journal and lock end with the process", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A fault of ours in one piece of work must not end the duty thread, on which the host's mappings hang. */
    private void guarded(Consumer<HostControl> work) {
        try {
            work.accept(control);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "work of the agent failed", e);
        }
    }
}
