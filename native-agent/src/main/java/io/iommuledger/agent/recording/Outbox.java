package io.iommuledger.agent.recording;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Encoded facts that the store has not acknowledged, in order. Safe for a writer and a reader on different threads. */
public final class Outbox {

    /** Facts with consecutive sequences. */
    public record Batch(long firstSequence, List<byte[]> records) {

        public long nextSequence() {
            return firstSequence + records.size();
        }
    }

    private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
    private long firstKept;
    private Runnable listener = () -> {};

    /** @param listener called after each addition, on the adding thread; must not block */
    public synchronized void onAdded(Runnable listener) {
        this.listener = listener;
    }

    void add(long sequence, byte[] record) {
        Runnable told;
        synchronized (this) {
            if (sequence != firstKept + kept.size()) {
                throw new IllegalStateException(
                        "facts out of order: expected=" + (firstKept + kept.size()) + ", got=" + sequence);
            }
            kept.addLast(record);
            told = listener;
        }
        told.run();
    }

    /** Forgets what the store has. */
    public synchronized void storedBelow(long sequence) {
        while (firstKept < sequence && !kept.isEmpty()) {
            kept.removeFirst();
            firstKept++;
        }
    }

    /** Facts from a sequence on, at most as many; empty if there are none. */
    public synchronized Batch from(long sequence, int most) {
        List<byte[]> records = new ArrayList<>();
        long skip = Math.max(0, sequence - firstKept);
        for (byte[] record : kept) {
            if (skip-- > 0) {
                continue;
            }
            if (records.size() == most) {
                break;
            }
            records.add(record);
        }
        return new Batch(Math.max(sequence, firstKept), records);
    }

    public synchronized long nextSequence() {
        return firstKept + kept.size();
    }

    /** Sequence of the oldest fact that is still kept; {@link #nextSequence} if all are stored. */
    public synchronized long firstSequence() {
        return firstKept;
    }
}
