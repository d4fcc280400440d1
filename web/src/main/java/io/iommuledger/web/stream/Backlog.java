package io.iommuledger.web.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for one client. Who puts something in never waits: if too much waits, all of it is thrown away and nothing
 * more is taken in, so that a slow client costs others nothing.
 */
public final class Backlog<T> {
    private final long most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<T> waiting = new ArrayDeque<>();
    private long weight;
    private boolean closed;

    /** @param most that may wait, in the measure of {@link #offer} */
    public Backlog(long most) {
        this.most = most;
    }

    /**
     * Something of any weight is taken if nothing waits.
     *
     * @return whether it was taken; if not, nothing waits any more and nothing will
     */
    public boolean offer(T element, long itsWeight) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (!waiting.isEmpty() && weight + itsWeight > most) {
                closed = true;
                waiting.clear();
            } else {
                waiting.add(element);
                weight += itsWeight;
            }
            changed.signalAll();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** All that waits, in order; nothing if nothing came in time. */
    public List<T> take(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (waiting.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            List<T> taken = new ArrayList<>(waiting);
            waiting.clear();
            weight = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes; what waits can still be taken. */
    public void end() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is nothing to take any more. */
    public boolean ended() {
        lock.lock();
        try {
            return closed && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
