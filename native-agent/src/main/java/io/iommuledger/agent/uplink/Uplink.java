package io.iommuledger.agent.uplink;

import io.grpc.Status;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.uplink.Session.Purpose;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Instruction;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Keeps a session with the command side open as long as the agent lives: dials, sends what the store does not have,
 * remembers what it has, and dials again when the session breaks. Former epochs come first, each in a session of its
 * own. All of its state belongs to its one thread.
 */
public final class Uplink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Uplink.class.getName());
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LONGEST_BACKOFF_MILLIS = 5_000;

    /** The command side says every second that it is there; one that is stopped is left within a second more than this. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Gateways gateways;
    private final Identity identity;
    private final Journal journal;
    private final HostClock clock;
    private final InstructionHandler instructions;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("uplink").daemon().factory());
    private final AtomicBoolean pumpQueued = new AtomicBoolean();
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();
    private final CountDownLatch fenced = new CountDownLatch(1);
    private Session session;
    private long sessions;
    private String refusal = "";
    private long backoffMillis = FIRST_BACKOFF_MILLIS;
    private boolean closed;

    public Uplink(
            Gateways gateways, Identity identity, Journal journal, HostClock clock, InstructionHandler instructions) {
        this.gateways = gateways;
        this.identity = identity;
        this.journal = journal;
        this.clock = clock;
        this.instructions = instructions;
        this.session = Session.none(journal.log());
    }

    public void start() {
        journal.onSynced(this::wake);
        thread.execute(this::dial);
        var _ = thread.scheduleAtFixedRate(() -> guarded(this::everySecond), 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Waits until the store has everything that is recorded.
     *
     * @return whether it has, within the time
     */
    public boolean drain(long time, TimeUnit unit) throws InterruptedException {
        return poll(() -> remainder().isEmpty() && journal.log().allStored(), time, unit);
    }

    /** Counted down when a newer epoch of this host has taken over: this agent's recording is over. */
    public CountDownLatch fenced() {
        return fenced;
    }

    @Override
    public void close() {
        onThread(() -> {
            closed = true;
            session.close();
        });
        thread.shutdown();
    }

    private void wake() {
        if (pumpQueued.compareAndSet(false, true)) {
            onThread(() -> {
                pumpQueued.set(false);
                guarded(session::pump);
            });
        }
    }

    private void everySecond() {
        session.watermark(clock.wallNanos());
        if (session.silentFor(PATIENCE)) {
            lost("nothing was heard for " + PATIENCE.toSeconds() + " s");
        }
    }

    private void dial() {
        if (closed) {
            return;
        }
        Optional<EpochLog> former = remainder();
        guarded(() -> session = new Session(
                gateways.channel(),
                identity,
                ++sessions,
                former.orElseGet(journal::log),
                former.isPresent() ? Purpose.REMAINDER : Purpose.RUNNING,
                new Events()));
    }

    /** Whatever goes wrong with one command side, the next one is dialled, or the same one again. */
    private void guarded(Runnable ofTheSession) {
        try {
            ofTheSession.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "a session failed", e);
            lost(e.toString());
        }
    }

    private void lost(String why) {
        if (!closed) {
            session.abandon(why);
            session = Session.none(journal.log());
            dialAgain(Status.UNAVAILABLE.withDescription(why), Optional.empty());
        }
    }

    /** The oldest epoch that is over and that the store does not have whole. */
    private Optional<EpochLog> remainder() {
        return journal.former().stream()
                .filter(former -> !former.allStored() && !refused.contains(former.epoch()))
                .findFirst();
    }

    /** A closed uplink has nothing more to do. */
    private void onThread(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.TRACE, "the uplink is closed");
        }
    }

    private static boolean poll(BooleanSupplier condition, long time, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(time);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    private StreamId stream(Session of) {
        return new StreamId(identity.host(), of.log().epoch());
    }

    private static boolean isForGood(Status status) {
        return status.getCode() == Status.Code.FAILED_PRECONDITION || status.getCode() == Status.Code.INVALID_ARGUMENT;
    }

    /** By a command side that leads, of what we say and not of where we say it. */
    private static boolean isRefusal(Status status) {
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED -> true;
            default -> false;
        };
    }

    private static String reason(Status status) {
        String description = status.getDescription();
        return description == null ? status.getCode().toString() : status.getCode() + ", " + description;
    }

    /** What a session reports, brought onto the uplink's thread. */
    private final class Events implements Session.Listener {

        @Override
        public void run(Session of, Runnable task) {
            onThread(() -> {
                if (of == session) {
                    guarded(task);
                }
            });
        }

        @Override
        public void welcomed() {
            LOG.log(System.Logger.Level.INFO, "connected to {0} as {1}", gateways.address(), stream(session));
            gateways.welcomed();
            refusal = "";
            backoffMillis = FIRST_BACKOFF_MILLIS;
        }

        @Override
        public void instructed(UUID operation, Instruction what, long expiryNanos) {
            instructions.instructed(operation, what, expiryNanos);
        }

        @Override
        public void notUnderstood(UUID operation, String why) {
            instructions.notUnderstood(operation, why);
        }

        @Override
        public void delivered(Session which) {
            LOG.log(System.Logger.Level.INFO, "the store has all facts of {0}", stream(which));
            session = Session.none(journal.log());
            dial();
        }

        @Override
        public void ended(Session which, Status status, Optional<String> leader) {
            if (which != session || closed) {
                return;
            }
            session = Session.none(journal.log());
            if (which.purpose() == Purpose.REMAINDER && isForGood(status)) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the command side does not take what is left of {0}: {1}",
                        stream(which),
                        reason(status));
                refused.add(which.log().epoch());
                instructions.undeliverable(which.log(), reason(status));
                dial();
                return;
            }
            if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the command side refuses {0}: {1}. What stands on this host stays as it is; nothing more is"
                                + " recorded.",
                        stream(which),
                        String.valueOf(status.getDescription()));
                closed = true;
                instructions.fenced(reason(status));
                fenced.countDown();
                return;
            }
            dialAgain(status, leader);
        }
    }

    private void dialAgain(Status status, Optional<String> leader) {
        String from = gateways.address();
        boolean refused = isRefusal(status);
        long wait = 0;
        if (refused) {
            // What we are or have is not taken; asking more often or elsewhere does not change that.
            backoffMillis = LONGEST_BACKOFF_MILLIS;
        }
        if (refused || gateways.next(leader)) {
            wait = backoffMillis + ThreadLocalRandom.current().nextLong(backoffMillis / 2 + 1);
            backoffMillis = Math.min(2 * backoffMillis, LONGEST_BACKOFF_MILLIS);
        }
        gateways.afresh();
        boolean told = refused && !refusal.equals(reason(status));
        refusal = refused ? reason(status) : "";
        LOG.log(
                told ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                "not connected to {0}: {1}; dialling {2} in {3} ms",
                from,
                reason(status),
                gateways.address(),
                wait);
        try {
            var _ = thread.schedule(this::dial, wait, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.TRACE, "the uplink is closed");
        }
    }
}
