package io.iommuledger.agent.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What the journal has of one epoch: read back from its files, so that no more than one chunk is in memory however much
 * waits. Only what is durable can be read. For any threads.
 */
public final class EpochLog {
    private static final System.Logger LOG = System.getLogger(EpochLog.class.getName());
    /** Less than a message may hold, however few its records are. */
    private static final int CHUNK = 256 << 10;

    /** Payloads with consecutive sequences. */
    public record Batch(long firstSequence, List<byte[]> records) {

        public long nextSequence() {
            return firstSequence + records.size();
        }
    }

    /** Where a record stands. */
    private record Place(long sequence, String segment, long offset) {}

    private final JournalFiles files;
    private final JournalFailure failure;
    private final long epoch;
    private final UUID instance;
    private final Acknowledgement acknowledgement;
    private final ConcurrentSkipListMap<Long, String> segments = new ConcurrentSkipListMap<>();
    private final JournalRecord.Chain chain = new JournalRecord.Chain();
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private Place last = new Place(-1, "", 0);
    private volatile long next;
    private volatile long storedBelow;
    private volatile boolean settled;

    EpochLog(JournalFiles files, JournalFailure failure, long epoch, UUID instance, long storedBelow) {
        this.files = files;
        this.failure = failure;
        this.epoch = epoch;
        this.instance = instance;
        this.storedBelow = storedBelow;
        this.acknowledgement = new Acknowledgement(files, epoch);
    }

    public long epoch() {
        return epoch;
    }

    /** Of the start whose epoch it is. */
    public UUID instance() {
        return instance;
    }

    /** Sequence after the last durable record. */
    public long nextSequence() {
        return next;
    }

    /** Sequence of the oldest durable record that the store is not known to have; {@link #nextSequence} if there is none. */
    public long firstUnstored() {
        return Math.min(storedBelow, next);
    }

    long storedBelow() {
        return storedBelow;
    }

    public boolean allStored() {
        return storedBelow >= next;
    }

    /** The store has everything below a sequence. An older word changes nothing. */
    public synchronized void storedBelow(long sequence) {
        if (sequence > storedBelow) {
            storedBelow = sequence;
            remember(sequence);
        }
    }

    /**
     * Durable records from a sequence on, or from the oldest that is kept.
     *
     * @param most of them, at most
     */
    public synchronized Batch read(long from, int most) {
        long first = segments.isEmpty() ? next : Math.max(from, segments.firstKey());
        List<byte[]> records = new ArrayList<>();
        if (first >= next) {
            return new Batch(first, records);
        }
        try {
            Map.Entry<Long, String> segment = segments.floorEntry(first);
            read(find(first, segment.getKey(), segment.getValue()), most, records);
        } catch (IOException e) {
            failure.failed("epoch " + epoch + " cannot be read back from sequence " + first, e);
            throw new UncheckedIOException(e);
        }
        return new Batch(first, records);
    }

    /** A durable record. Empty if it is not kept any more, or not as it was written, which the next start sees to. */
    public synchronized Optional<byte[]> find(long sequence) {
        Map.Entry<Long, String> segment = segments.floorEntry(sequence);
        if (segment == null || sequence >= next) {
            return Optional.empty();
        }
        List<byte[]> found = new ArrayList<>();
        try {
            read(find(sequence, segment.getKey(), segment.getValue()), 1, found);
            return Optional.of(found.getFirst());
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "record {0} of epoch {1} cannot be read: {2}",
                    Long.toString(sequence),
                    Long.toString(epoch),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Of the facts in it nobody needs to make out any more how they ended. */
    public void settled() {
        settled = true;
    }

    void added(long firstSequence, String segment) {
        segments.put(firstSequence, segment);
    }

    void durableBelow(long sequence) {
        next = sequence;
    }

    /** From the first on, so that there is space for the others. */
    void rememberStored() {
        remember(storedBelow);
    }

    private void remember(long sequence) {
        try {
            acknowledgement.write(sequence);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "what the store has of epoch {0} is not remembered: {1}",
                    Long.toString(epoch),
                    e.toString());
        }
    }

    /**
     * Deletes the oldest segment, if the store has all of it and it was last written before an instant.
     *
     * @param current whether its last segment is still written to
     * @return whether there was one
     */
    synchronized boolean dropOldest(Instant before, Current current) throws IOException {
        Map.Entry<Long, String> oldest = segments.firstEntry();
        if (oldest == null || (!settled && current == Current.NO)) {
            return false;
        }
        Long following = segments.higherKey(oldest.getKey());
        long end = following == null ? next : following;
        boolean sealed = following != null || current == Current.NO;
        if (!sealed || end > storedBelow || !files.written(oldest.getValue()).isBefore(before)) {
            return false;
        }
        files.delete(oldest.getValue());
        segments.remove(oldest.getKey());
        if (segments.isEmpty()) {
            acknowledgement.delete();
        }
        return true;
    }

    /** Whether an epoch is the running one. */
    enum Current {
        YES,
        NO
    }

    boolean empty() {
        return segments.isEmpty();
    }

    synchronized long bytes() throws IOException {
        long bytes = 0;
        for (String segment : segments.values()) {
            try (JournalFile file = files.open(segment)) {
                bytes += file.size();
            }
        }
        return bytes;
    }

    /** Moves all that is left of it out of the way. */
    synchronized void quarantine() throws IOException {
        for (Map.Entry<Long, String> segment : segments.entrySet()) {
            files.rename(segment.getValue(), Quarantine.freeName(files, segment.getValue()));
            segments.remove(segment.getKey());
        }
        acknowledgement.delete();
    }

    private Place find(long sequence, long firstOfSegment, String segment) throws IOException {
        Place place = last.segment.equals(segment) && last.sequence <= sequence
                ? last
                : new Place(firstOfSegment, segment, SegmentHeader.BYTES);
        try (JournalFile file = files.open(segment)) {
            ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
            while (place.sequence < sequence) {
                file.read(length.clear(), place.offset);
                place = new Place(place.sequence + 1, segment, place.offset + length.getInt(0));
            }
        }
        return place;
    }

    private void read(Place from, int most, List<byte[]> records) throws IOException {
        try (JournalFile file = files.open(from.segment)) {
            fill(file, from.offset, CHUNK);
            if (chunk.limit() >= Integer.BYTES && chunk.getInt(0) > chunk.limit()) {
                fill(file, from.offset, chunk.getInt(0));
            }
        }
        int at = 0;
        long sequence = from.sequence;
        Long following = segments.higherKey(from.sequence);
        long end = following == null ? next : Math.min(following, next);
        while (records.size() < most && sequence < end && JournalRecord.length(chunk, at) > 0) {
            if (!JournalRecord.sound(chunk, at, epoch, chain)
                    || chunk.getLong(at + JournalRecord.SEQUENCE) != sequence) {
                throw new IOException("record " + sequence + " of " + from.segment + " is not as it was written");
            }
            records.add(JournalRecord.payload(chunk, at));
            at += JournalRecord.length(chunk, at);
            sequence++;
        }
        if (records.isEmpty()) {
            throw new IOException("record " + sequence + " of " + from.segment + " is not as it was written");
        }
        last = new Place(sequence, from.segment, from.offset + at);
    }

    private void fill(JournalFile file, long offset, int bytes) throws IOException {
        if (chunk.capacity() < bytes) {
            chunk = ByteBuffer.allocateDirect(bytes);
        }
        chunk.clear();
        file.read(chunk, offset);
        chunk.flip();
    }
}
