package io.iommuledger.web.access;

import io.iommuledger.lifecycle.access.AccessReport;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reports reads, one report at a time: whatever is asked while one is under way goes with the next, so that nobody waits
 * when nothing is, and many at once are one transaction.
 */
public final class AccessRecorder implements SmartLifecycle {
    /** How long somebody waits for being recorded. */
    static final long PATIENCE_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(AccessRecorder.class);
    private static final long AGAIN_MILLIS = 1_000;

    private final AccessLog log;
    private final String server;
    private final boolean atOnce;
    private final Clock clock = Clock.systemUTC();
    private final UUID instance = UUID.randomUUID();
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofVirtual().name("accesses").unstarted(this::run);
    private final long begunNanos = now();
    private boolean begun;
    private volatile boolean running;

    private record Waiting(AccessReport.Read read, CompletableFuture<Void> stored) {}

    /**
     * @param server as it calls itself
     * @param atOnce whether it says that it is there before anybody reads from it
     */
    AccessRecorder(AccessLog log, String server, boolean atOnce) {
        this.log = log;
        this.server = server;
        this.atOnce = atOnce;
    }

    long now() {
        return Times.nanos(clock.instant());
    }

    /**
     * Returns when it is stored.
     *
     * @throws Problem if nobody knows that it is
     */
    void record(AccessReport.Read read) {
        Waiting waiting = new Waiting(read, new CompletableFuture<>());
        queue.add(waiting);
        try {
            waiting.stored().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            waiting.stored().cancel(false);
            throw notRecorded("the command side did not say so within " + PATIENCE_MILLIS + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw notRecorded(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notRecorded("the server is ending");
        }
    }

    static Problem notRecorded(String why) {
        return Problem.unavailable(
                "access-not-recorded",
                "whoever reads from this server is recorded first, and this request could not be: " + why
                        + ". Nothing was shown; ask again when the command side answers");
    }

    @Override
    public void start() {
        running = true;
        thread.start();
    }

    /** Says that nothing is read any more, if somebody hears it. */
    @Override
    public void stop() {
        running = false;
        thread.interrupt();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        try {
            while (running) {
                turn();
            }
        } catch (InterruptedException ending) {
            LOG.debug("told to end", ending);
        }
        var _ = Thread.interrupted();
        if (!begun) {
            return;
        }
        try {
            log.record(new AccessReport(instance, server, begunNanos, List.of(), OptionalLong.of(now())));
        } catch (RuntimeException away) {
            LOG.warn("that this server ended is not recorded: {}", away.getMessage());
        }
    }

    private void turn() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        Waiting first = begun || !atOnce ? queue.take() : queue.poll();
        if (first != null) {
            batch.add(first);
            queue.drainTo(batch, AccessReport.MOST_READS - 1);
        }
        // Who has been told that it is not recorded need not be.
        batch.removeIf(waiting -> waiting.stored().isDone());
        if (batch.isEmpty() && (begun || !atOnce)) {
            return;
        }
        try {
            log.record(new AccessReport(
                    instance,
                    server,
                    begunNanos,
                    batch.stream().map(Waiting::read).toList(),
                    OptionalLong.empty()));
            begun = true;
            batch.forEach(waiting -> waiting.stored().complete(null));
        } catch (RuntimeException away) {
            if (!batch.isEmpty()) {
                LOG.warn("{} reads are not recorded, and refused: {}", batch.size(), away.getMessage());
            }
            batch.forEach(waiting -> waiting.stored().completeExceptionally(away));
            if (batch.isEmpty()) {
                Waiting next = queue.poll(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    queue.add(next);
                }
            }
        }
    }
}
