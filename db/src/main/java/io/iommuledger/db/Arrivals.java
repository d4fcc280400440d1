package io.iommuledger.db;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.logging.Recurring;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Hears PostgreSQL's notification of each batch of events, on one connection a process, and wakes whoever reads the log.
 * A reader looks by itself once a second besides, so that a connection that broke only costs time.
 */
@Component
public class Arrivals implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TURN_MILLIS = 10_000;
    private static final int SILENT_SECONDS = 20;

    private final DataSource dataSource;
    private final ObjectProvider<Appender> appender;
    private final Recurring away = new Recurring();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final AtomicLong count = new AtomicLong();
    private volatile @Nullable Thread thread;
    private volatile @Nullable Connection listening;

    public Arrivals(DataSource dataSource, ObjectProvider<Appender> appender) {
        this.dataSource = dataSource;
        this.appender = appender;
    }

    /** Of the notifications so far. */
    public long count() {
        return count.get();
    }

    /** Returns when there was a notification after the first {@code seen}, or it is time to look anyway. */
    public void await(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = Math.min(nanos, LOOK_NANOS);
            while (count.get() == seen && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Before everything that reads. */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofPlatform().name("arrivals").daemon().unstarted(this::listen);
        thread = fresh;
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = thread;
        Connection heard = listening;
        thread = null;
        try {
            if (heard != null) {
                heard.abort(Runnable::run);
            }
        } catch (SQLException e) {
            LOG.debug("the connection for notifications did not end: {}", e.getMessage());
        }
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void listen() {
        Thread self = Thread.currentThread();
        while (thread == self) {
            try (Connection connection = Database.outside(dataSource, "iommu-ledger arrivals", SILENT_SECONDS);
                    Statement statement = connection.createStatement()) {
                listening = connection;
                statement.execute("LISTEN appended");
                heardAgain();
                tell();
                hear(self, connection, statement);
            } catch (SQLException e) {
                if (thread == self) {
                    notHeard(e);
                    pause();
                }
            }
        }
    }

    /** For a process without an appender, which tells of a store that is away. */
    private void notHeard(SQLException e) {
        if (appender.getIfAvailable() != null) {
            LOG.debug("the store is not heard", e);
            return;
        }
        away.happened().ifPresent(times -> LOG.warn("the store is not heard, {} times: {}", times, e.getMessage()));
    }

    private void heardAgain() {
        long millis = away.lasting().toMillis();
        away.over()
                .ifPresent(times ->
                        LOG.info("the store is heard again, after {} failed attempts in {} ms", times, millis));
    }

    private void hear(Thread self, Connection connection, Statement statement) throws SQLException {
        PGConnection notified = connection.unwrap(PGConnection.class);
        while (thread == self) {
            if (notified.getNotifications(TURN_MILLIS).length > 0) {
                tell();
            } else {
                // A connection that was cut off without a word breaks here.
                statement.execute("SELECT 1");
            }
        }
    }

    private void tell() {
        lock.lock();
        try {
            count.incrementAndGet();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
