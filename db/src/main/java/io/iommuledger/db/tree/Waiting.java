package io.iommuledger.db.tree;

import io.iommuledger.db.append.NewEvent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Batches that are stored and not yet in the tree. It holds no more than so many bytes: what comes beyond is dropped, and
 * read from the log later.
 */
final class Waiting {
    private static final long MOST_BYTES = 32L << 20;
    private static final long BYTES_BESIDE = 200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Queue<Batch> batches = new ArrayDeque<>();
    private long bytes;
    private long last;

    /** Events that follow each other. */
    record Batch(long first, List<NewEvent> events) {
        long bytes() {
            return events.stream().mapToLong(event -> event.payload().length).sum() + BYTES_BESIDE * events.size();
        }
    }

    void add(Batch batch) {
        lock.lock();
        try {
            long size = batch.bytes();
            last = batch.first() + batch.events().size() - 1;
            if (bytes + size <= MOST_BYTES) {
                batches.add(batch);
                bytes += size;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next one, if there is one within some time. */
    Optional<Batch> poll(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (batches.isEmpty() && left > 0) {
                left = arrived.awaitNanos(left);
            }
            Optional<Batch> next = Optional.ofNullable(batches.poll());
            next.ifPresent(batch -> bytes -= batch.bytes());
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Position of the last event that was stored, whether it is here or was dropped; 0 if there was none. */
    long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }
}
