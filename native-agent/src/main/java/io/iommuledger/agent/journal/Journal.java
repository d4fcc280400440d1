package io.iommuledger.agent.journal;

import io.iommuledger.agent.journal.JournalRecord.Times;
import io.iommuledger.protocol.StoredRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The running epoch's journal. Any number of threads append and wait; whoever waits first writes and syncs for all that
 * have appended by then. When {@link #sync} has returned, everything appended before it survives a power cut.
 */
public final class Journal implements AutoCloseable {
    private static final int BUFFER = 256 << 10;
    /** What is longer could not be stored. */
    private static final int MOST_RECORD = JournalRecord.PAYLOAD + StoredRecord.MOST_PAYLOAD_BYTES;

    /**
     * How a journal uses its disk.
     *
     * @param segmentBytes size of one file
     * @param keep         how long segments stay after their last write, though the store has them
     */
    public record Settings(int segmentBytes, Duration keep) {
        public static final Settings DEFAULT = new Settings(16 << 20, Duration.ofHours(1));
        private static final int LEAST = 4096;

        public Settings {
            if (segmentBytes < LEAST) {
                throw new IllegalArgumentException(
                        "a segment of " + segmentBytes + " bytes is too small; at least " + LEAST);
            }
        }
    }

    private enum Drain {
        WRITE,
        SYNC
    }

    private final Settings settings;
    private final JournalFailure failure;
    private final EpochLog log;
    private final List<EpochLog> former;
    private final SegmentSpace space;
    private final JournalRecord.Chain chain = new JournalRecord.Chain();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private JournalFile segment;
    private ByteBuffer pending = ByteBuffer.allocateDirect(BUFFER);
    private ByteBuffer other = ByteBuffer.allocateDirect(BUFFER);
    private long pendingAt = SegmentHeader.BYTES;
    private long end = SegmentHeader.BYTES;
    private long next;
    private long written;
    private long synced;
    private boolean draining;
    private boolean failed;
    private volatile Runnable listener = () -> {};

    private Journal(JournalFiles files, Settings settings, JournalFailure failure, EpochLog log, List<EpochLog> former)
            throws IOException {
        this.settings = settings;
        this.failure = failure;
        this.log = log;
        this.former = new CopyOnWriteArrayList<>(
                former.stream().filter(epoch -> !epoch.empty()).toList());
        this.space = new SegmentSpace(files, settings.segmentBytes(), () -> dropOldest(Instant.MAX));
        this.segment = openSegment();
    }

    /**
     * Begins an epoch.
     *
     * @param former what {@link Recovery} found
     * @throws IOException if its directory cannot be used or has no space
     */
    public static Journal begin(
            JournalFiles files,
            Settings settings,
            JournalFailure failure,
            long epoch,
            UUID instance,
            List<EpochLog> former)
            throws IOException {
        EpochLog log = new EpochLog(files, failure, epoch, instance, 0);
        try {
            Journal journal = new Journal(files, settings, failure, log, former);
            // Behind the segment: on a full disk nothing may take the space of what was made in advance.
            log.rememberStored();
            return journal;
        } catch (JournalFull full) {
            throw new IOException(full.getMessage() + "; free some, the agent records nothing without it", full);
        }
    }

    /** What a record takes of the journal. */
    public static long bytesOf(byte[] payload) {
        return (long) JournalRecord.PAYLOAD + payload.length;
    }

    /** What is durable of this epoch. */
    public EpochLog log() {
        return log;
    }

    /** Epochs before this one of which segments are kept, oldest first. */
    public List<EpochLog> former() {
        return List.copyOf(former);
    }

    /** @param told after each sync, on the syncing thread; must not block */
    public void onSynced(Runnable told) {
        listener = told;
    }

    /**
     * Takes a record; {@link #sync} makes it durable.
     *
     * @return its sequence
     * @throws JournalFull if there is no space; the record has no sequence then
     */
    public long append(byte[] payload, long monotonicNanos, long wallNanos) {
        int length = JournalRecord.PAYLOAD + payload.length;
        int most = Math.min(MOST_RECORD, settings.segmentBytes() - SegmentHeader.BYTES);
        if (length > most) {
            throw new IllegalArgumentException(
                    "a record of " + length + " bytes is too long for this journal, which takes " + most);
        }
        lock.lock();
        try {
            makeRoom(length);
            JournalRecord.put(pending, chain, log.epoch(), next, new Times(monotonicNanos, wallNanos), payload);
            end += length;
            return next++;
        } finally {
            lock.unlock();
        }
    }

    /** Hands what was appended to the kernel, so that it survives the death of this process, though not a power cut. */
    public void write() {
        lock.lock();
        try {
            long wanted = next;
            while (written < wanted) {
                requireSound();
                if (draining) {
                    idle.awaitUninterruptibly();
                } else {
                    drain(Drain.WRITE);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes durable what was appended. */
    public void sync() {
        lock.lock();
        try {
            long wanted = next;
            while (synced < wanted) {
                requireSound();
                if (draining) {
                    idle.awaitUninterruptibly();
                } else {
                    drain(Drain.SYNC);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether records of so many bytes have room, and the reserve stays. */
    public boolean hasRoom(long bytes) {
        return hasRoom(bytes, 1);
    }

    /** Whether records of so many bytes have room, if the reserve is used for them. */
    public boolean hasRoomWithReserve(long bytes) {
        return hasRoom(bytes, 0);
    }

    /** Deletes what the store has had for long enough, and makes the reserve again if it was used. */
    public void maintain(Instant now) {
        while (dropOldest(now.minus(settings.keep()))) {
            // one more
        }
        hasRoom(0);
    }

    /** How many bytes of files are left of a former epoch. */
    public long bytes(EpochLog epoch) {
        try {
            return epoch.bytes();
        } catch (IOException e) {
            failure.failed("what is left of epoch " + epoch.epoch() + " cannot be read", e);
            throw new IllegalStateException(e);
        }
    }

    /** Moves what is left of a former epoch out of the way, because nobody takes it. */
    public void quarantine(EpochLog epoch) {
        try {
            epoch.quarantine();
            former.remove(epoch);
        } catch (IOException e) {
            failure.failed("epoch " + epoch.epoch() + " cannot be moved to quarantine", e);
            throw new IllegalStateException(e);
        }
    }

    /** For what must be recorded and cannot: the journal has failed, as if its disk had. */
    public void fail(String what, JournalFull full) {
        failure.failed(what, new IOException(full));
        throw new IllegalStateException(what, full);
    }

    @Override
    public void close() throws IOException {
        sync();
        segment.close();
    }

    /** A segment may end some bytes short, because the next record did not fit. */
    private boolean hasRoom(long bytes, int reserved) {
        lock.lock();
        try {
            long whole = (long) settings.segmentBytes() - SegmentHeader.BYTES;
            long unused = Math.min(whole / 4, MOST_RECORD);
            long sure = whole - unused;
            long rest = settings.segmentBytes() - end;
            long more = bytes <= rest ? 0 : (bytes - Math.max(0, rest - unused) + sure - 1) / sure;
            return space.prepare((int) Math.min(more + reserved, Integer.MAX_VALUE));
        } finally {
            lock.unlock();
        }
    }

    /** A drain that is under way has its own buffer; whoever needs no more than the other one appends meanwhile. */
    private void makeRoom(int length) {
        while (true) {
            requireSound();
            boolean rolls = end + length > settings.segmentBytes();
            if (!rolls && pending.remaining() >= length) {
                return;
            }
            if (draining) {
                idle.awaitUninterruptibly();
            } else if (rolls && synced < next) {
                drain(Drain.SYNC);
            } else if (rolls) {
                roll();
            } else if (pending.position() > 0) {
                drain(Drain.WRITE);
            } else {
                pending = ByteBuffer.allocateDirect(length);
            }
        }
    }

    /** By the one thread that drains, without the lock, so that others append meanwhile. */
    private void drain(Drain how) {
        ByteBuffer full = pending.flip();
        pending = other;
        long at = pendingAt;
        long upTo = next;
        pendingAt = end;
        draining = true;
        failed = true;
        lock.unlock();
        try {
            segment.write(full, at);
            if (how == Drain.SYNC) {
                segment.force();
            }
        } catch (IOException e) {
            failure.failed("epoch " + log.epoch() + " from sequence " + written + " on is not durable", e);
            throw new IllegalStateException(e);
        } finally {
            lock.lock();
            other = full.clear();
            draining = false;
            idle.signalAll();
        }
        failed = false;
        written = upTo;
        if (how == Drain.SYNC) {
            synced = upTo;
            log.durableBelow(upTo);
            listener.run();
        }
    }

    private void requireSound() {
        if (failed && !draining) {
            throw new IllegalStateException("the journal of epoch " + log.epoch() + " has failed");
        }
    }

    private void roll() {
        JournalFile full = segment;
        try {
            segment = openSegment();
            full.close();
        } catch (IOException e) {
            failed = true;
            failure.failed("a segment of epoch " + log.epoch() + " cannot be begun", e);
            throw new IllegalStateException(e);
        }
        pendingAt = SegmentHeader.BYTES;
        end = SegmentHeader.BYTES;
    }

    private JournalFile openSegment() throws IOException {
        JournalFile opened = space.take(new SegmentHeader(log.epoch(), next, log.instance(), chain.previous()));
        log.added(next, SegmentHeader.name(log.epoch(), next));
        return opened;
    }

    /** Of the oldest epoch that has anything. */
    private boolean dropOldest(Instant before) {
        try {
            for (EpochLog epoch : former) {
                if (epoch.dropOldest(before, EpochLog.Current.NO)) {
                    former.removeIf(EpochLog::empty);
                    return true;
                }
            }
            return log.dropOldest(before, EpochLog.Current.YES);
        } catch (IOException e) {
            failed = true;
            failure.failed("a segment that the store has cannot be deleted", e);
            throw new IllegalStateException(e);
        }
    }
}
