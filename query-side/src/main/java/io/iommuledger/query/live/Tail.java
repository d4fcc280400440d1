package io.iommuledger.query.live;

import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.web.stream.Backlog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads on at the end of the log, once for all clients that have come so far, and puts what it finds before each of them.
 * It rests while there are none.
 */
final class Tail<T> implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
    private static final Duration TURN = Duration.ofSeconds(1);

    /** Bytes of text, about, that may wait for one client. All clients' backlogs hold the same elements. */
    private static final long MOST_WAITING = 4L << 20;

    private final String name;
    private final StateHead head;
    private final BiFunction<Long, Long, Feed.Part<T>> reader;
    private final ToLongFunction<T> weight;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition followed = lock.newCondition();
    private final List<Follower<T>> followers = new ArrayList<>();
    private long position = -1;
    private volatile @Nullable Thread thread;

    /**
     * A client at the end of the log.
     *
     * @param from    position above which it finds everything in its backlog
     * @param backlog parts of the log in order, also those in which nothing is
     */
    record Follower<T>(long from, Backlog<Feed.Part<T>> backlog) {}

    /** @param weight of an element in a client's backlog */
    Tail(String name, StateHead head, BiFunction<Long, Long, Feed.Part<T>> reader, ToLongFunction<T> weight) {
        this.name = name;
        this.head = head;
        this.reader = reader;
        this.weight = weight;
    }

    Follower<T> follow() {
        long newest = head.position();
        lock.lock();
        try {
            if (followers.isEmpty()) {
                position = newest;
            }
            Follower<T> fresh = new Follower<>(position, new Backlog<>(MOST_WAITING));
            followers.add(fresh);
            followed.signalAll();
            if (thread == null) {
                fresh.backlog().end();
            }
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    void leave(Follower<T> follower) {
        lock.lock();
        try {
            followers.remove(follower);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofVirtual().name("tail of " + name).unstarted(this::run);
        thread = fresh;
        fresh.start();
    }

    /** Before the web server stops, which waits for requests that are being answered. */
    @Override
    public void stop() {
        lock.lock();
        try {
            Thread running = thread;
            thread = null;
            followers.forEach(follower -> follower.backlog().end());
            if (running != null) {
                running.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void run() {
        Thread self = Thread.currentThread();
        while (thread == self) {
            try {
                step();
            } catch (InterruptedException ending) {
                return;
            } catch (RuntimeException notRead) {
                if (!StoreAway.is(notRead)) {
                    LOG.warn("the tail of {} is not read: {}", name, notRead.toString());
                }
                pause();
            }
        }
    }

    private void step() throws InterruptedException {
        long after = awaitFollower();
        long upTo = head.above(after, TURN);
        if (upTo > after) {
            hand(after, reader.apply(after, upTo));
        }
    }

    private long awaitFollower() throws InterruptedException {
        lock.lock();
        try {
            while (followers.isEmpty()) {
                followed.await();
            }
            return position;
        } finally {
            lock.unlock();
        }
    }

    private void hand(long after, Feed.Part<T> part) {
        long itsWeight = 1 + part.elements().stream().mapToLong(weight).sum();
        lock.lock();
        try {
            // If all have left and others have come meanwhile, it stands elsewhere.
            if (position == after) {
                position = part.upTo();
                followers.removeIf(follower -> !follower.backlog().offer(part, itsWeight));
            }
        } finally {
            lock.unlock();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(TURN.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
