package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostState;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Sees to it that the projection runs in this process while the rows that answer are of this process's fold, and that
 * rebuilds are worked on and rows summed up, on a thread of its own.
 */
@Component
class Rebuilder implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);
    private static final long LOOK_MILLIS = 200;
    private static final long AWAY_MILLIS = 1_000;
    private static final long END_MILLIS = 10_000;

    private final Configuration axon;
    private final Sets sets;
    private final Rebuilding rebuilding;
    private final Tallies tallies;
    private boolean running;
    private boolean told;
    private volatile @Nullable Thread thread;

    Rebuilder(Configuration axon, Sets sets, Rebuilding rebuilding, Tallies tallies) {
        this.axon = axon;
        this.sets = sets;
        this.rebuilding = rebuilding;
        this.tallies = tallies;
    }

    /** On a database that has nothing else to do the projection runs when this returns. */
    @Override
    public void start() {
        try {
            rebuilding.begin();
            lookAfterTheProjection();
        } catch (RuntimeException notNow) {
            tell(notNow);
        }
        Thread fresh = Thread.ofPlatform().name("rebuilder").daemon().unstarted(this::work);
        thread = fresh;
        fresh.start();
    }

    @Override
    public void stop() {
        Thread ending = thread;
        thread = null;
        if (ending != null) {
            ending.interrupt();
            try {
                ending.join(END_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void work() {
        Thread self = Thread.currentThread();
        while (thread == self) {
            try {
                boolean more = rebuilding.step();
                lookAfterTheProjection();
                more = more || tallies.step();
                told = false;
                if (!more) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            } catch (InterruptedException ended) {
                return;
            } catch (RuntimeException failed) {
                if (thread == self) {
                    tell(failed);
                    pause();
                }
            }
        }
    }

    private void lookAfterTheProjection() {
        int fold = sets.stand().fold();
        boolean mine = fold == HostState.FOLD_VERSION;
        if (mine && !running) {
            processor().start();
            running = true;
        } else if (!mine && running) {
            LOG.info(
                    "the rows are of fold {} now, not of {}: this process does not project any more",
                    fold,
                    HostState.FOLD_VERSION);
            processor().shutDown();
            running = false;
        }
    }

    private TrackingEventProcessor processor() {
        return axon.eventProcessingConfiguration()
                .eventProcessor(StateProjection.NAME, TrackingEventProcessor.class)
                .orElseThrow();
    }

    /** That the store is away others tell of. */
    private void tell(RuntimeException failed) {
        if (isAway(failed)) {
            LOG.debug("rebuilds wait for the store", failed);
        } else if (!told) {
            told = true;
            LOG.warn("rebuilds cannot be looked after, it is tried again: {}", failed.getMessage());
        }
    }

    /** A full disk, a right that is missing or a statement that took too long nobody else tells of. */
    private static boolean isAway(RuntimeException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused) {
                String state = refused.getSQLState();
                return state == null || state.startsWith("08") || state.startsWith("57P");
            }
        }
        return failed instanceof DataAccessException || failed instanceof TransactionException;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(AWAY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
