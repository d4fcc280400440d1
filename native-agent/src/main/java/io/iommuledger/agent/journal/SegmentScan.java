package io.iommuledger.agent.journal;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads the segments of one epoch one after the other, as far as each record follows the one before it. */
final class SegmentScan {
    private final long epoch;
    private final Recovery.Reader reader;
    private final JournalRecord.Chain chain = new JournalRecord.Chain();
    private boolean begun;
    private boolean clean = true;
    private long next;
    private int offset = SegmentHeader.BYTES;

    SegmentScan(long epoch, Recovery.Reader reader) {
        this.epoch = epoch;
        this.reader = reader;
    }

    /** Whether a segment with this header follows those that were read; the first one may begin anywhere. */
    boolean begins(Optional<SegmentHeader> header) {
        boolean follows = header.filter(found -> found.epoch() == epoch)
                .filter(found -> !begun || found.firstSequence() == next)
                .isPresent();
        if (!follows) {
            return false;
        }
        if (!begun) {
            begun = true;
            next = header.get().firstSequence();
            chain.follow(header.get().previous());
        }
        return true;
    }

    /** Reads the records of the next segment up to the first that does not fit. */
    void read(ByteBuffer bytes) {
        offset = SegmentHeader.BYTES;
        while (fits(bytes)) {
            reader.record(epoch, next, JournalRecord.payload(bytes, offset));
            int length = JournalRecord.length(bytes, offset);
            chain.advance(bytes, offset, length);
            offset += length;
            next++;
        }
        clean = lastByte(bytes) < offset;
    }

    private boolean fits(ByteBuffer bytes) {
        return JournalRecord.sound(bytes, offset, epoch, chain)
                && bytes.getLong(offset + JournalRecord.SEQUENCE) == next
                && chain.follows(bytes, offset);
    }

    /** Whether nothing but zeros followed the last record. */
    boolean clean() {
        return clean;
    }

    /** Sequence that the next record has to have. */
    long next() {
        return next;
    }

    /** End of the last sound record in the segment that was read last. */
    int offset() {
        return offset;
    }

    void skipHeader() {
        offset = SegmentHeader.BYTES;
    }

    /** Whether a sound record of the epoch stands anywhere behind the bad one. */
    boolean soundAfter(ByteBuffer bytes) {
        return lastSound(bytes) >= 0;
    }

    /** How many records are there from the bad one on: by their sequences if one is sound, else by their lengths. */
    long recordsAfter(ByteBuffer bytes) {
        long last = lastSound(bytes);
        if (last >= next) {
            return last - next + 1;
        }
        long records = 0;
        int end = lastByte(bytes) + 1;
        for (int at = offset; at < end; records++) {
            int length = JournalRecord.length(bytes, at);
            at = length == 0 ? end : at + length;
        }
        return records;
    }

    long bytesAfter(ByteBuffer bytes) {
        return Math.max(0, lastByte(bytes) + 1 - offset);
    }

    private long lastSound(ByteBuffer bytes) {
        long last = -1;
        for (int at = offset; at <= bytes.limit() - JournalRecord.PAYLOAD; at++) {
            if (bytes.getLong(at + JournalRecord.EPOCH) == epoch && JournalRecord.sound(bytes, at, epoch, chain)) {
                last = Math.max(last, bytes.getLong(at + JournalRecord.SEQUENCE));
            }
        }
        return last;
    }

    /** Place of the last byte that is not zero. */
    private static int lastByte(ByteBuffer bytes) {
        int at = bytes.limit() - 1;
        while (at >= 0 && bytes.get(at) == 0) {
            at--;
        }
        return at;
    }
}
