package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.check.Batches.Place;
import io.iommuledger.verify.source.Unreadable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The facts of one epoch, and the signatures that cover them. */
final class HostStream implements LogStream {
    /** A batch is no longer than a message, so facts before the last so many bytes are covered or never will be. */
    private static final long MOST_UNCOVERED_BYTES = 4L << 20;

    private static final int MOST_GAPS = 1_000;

    private final StreamId stream;
    private final HostEpochs epochs;
    private final Batches batches;
    private final Keys keys;
    private final boolean anchored;
    private final Findings findings;
    private final Deque<StoredSignature> signatures = new ArrayDeque<>();
    private final Deque<Place> uncovered = new ArrayDeque<>();
    private long uncoveredBytes;

    /** By the first sequence that is missing. */
    private final NavigableMap<Long, Gap> gaps = new TreeMap<>();

    private long next;
    private long position;
    private long unsigned;
    private boolean unsignedFound;

    /**
     * Facts that are missing.
     *
     * @param last     of their sequences
     * @param position of the fact that stands behind them
     */
    private record Gap(long last, long position) {}

    /** @param anchored whether each fact has to be signed, whatever the log says of the host */
    HostStream(StreamId stream, HostEpochs epochs, Batches batches, Keys keys, boolean anchored, Findings findings) {
        this.stream = stream;
        this.epochs = epochs;
        this.batches = batches;
        this.keys = keys;
        this.anchored = anchored;
        this.findings = findings;
    }

    StreamId id() {
        return stream;
    }

    /** Before the fact that it ends with. */
    void add(StoredSignature signature) {
        signatures.add(signature);
    }

    @Override
    public void take(Examined block, int record) throws Unreadable {
        Place place = new Place(block, record);
        long sequence = place.sequence();
        position = place.position();
        if (sequence != next) {
            findings.add(StreamOrder.broken(position, stream.toString(), next, sequence));
        }
        if (sequence > next && gaps.size() < MOST_GAPS) {
            gaps.put(next, new Gap(sequence - 1, position));
        }
        next = Math.max(next, sequence + 1);
        epochs.speaks(this, position, findings);
        if (anchored || keys.signs(stream.host(), position)) {
            uncovered.add(place);
            uncoveredBytes += block.payloadLengths[record];
        } else {
            unsigned++;
        }
        while (!signatures.isEmpty() && signatures.peek().lastSequence() < sequence) {
            stray(signatures.remove());
        }
        StoredSignature signature = signatures.peek();
        if (signature != null && signature.lastSequence() == sequence) {
            cover(signatures.remove());
        } else if (uncoveredBytes > MOST_UNCOVERED_BYTES) {
            unsigned(removeOldest());
        }
    }

    private void cover(StoredSignature signature) throws Unreadable {
        while (!uncovered.isEmpty() && uncovered.peek().sequence() < signature.firstSequence()) {
            unsigned(removeOldest());
        }
        if (uncovered.isEmpty()) {
            findings.add(Finding.at(
                    position,
                    Evidence.SIGNATURE,
                    "the facts up to here are signed, and before them no event of enrolment tells of a key of host "
                            + stream.host()));
            return;
        }
        List<Place> covered = new ArrayList<>(uncovered);
        uncovered.clear();
        uncoveredBytes = 0;
        batches.verify(stream, signature, covered);
    }

    private Place removeOldest() {
        Place oldest = uncovered.remove();
        uncoveredBytes -= oldest.block().payloadLengths[oldest.record()];
        return oldest;
    }

    private void unsigned(Place place) {
        unsigned++;
        if (!unsignedFound) {
            unsignedFound = true;
            findings.add(Finding.at(
                    place.position(),
                    Evidence.SIGNATURE,
                    "fact " + place.sequence() + " of " + stream + " is not signed, "
                            + (keys.signs(stream.host(), place.position())
                                    ? "though the host's agent signs all that it sends"
                                    : "and with --trust no fact counts that its host has not signed")));
        }
    }

    private void stray(StoredSignature signature) {
        String what = "the host signed the facts " + signature.firstSequence() + " to " + signature.lastSequence()
                + " of " + stream + ", and they do not stand where they should";
        Map.Entry<Long, Gap> gap = gaps.floorEntry(signature.lastSequence());
        findings.add(
                gap == null || gap.getValue().last() < signature.lastSequence()
                        ? new Finding(position + 1, Long.MAX_VALUE, Evidence.SIGNATURE, what)
                        : Finding.at(gap.getValue().position(), Evidence.SIGNATURE, what + ", before this one"));
    }

    /** A newer epoch speaks. What is there from before anybody signed is not kept any longer: there may be many such epochs. */
    void isOver() {
        while (!uncovered.isEmpty()
                && !keys.signs(stream.host(), uncovered.peek().position())) {
            unsigned(removeOldest());
        }
    }

    /** No more facts come. */
    void end(boolean brokenOff) {
        while (!uncovered.isEmpty() && !brokenOff) {
            unsigned(removeOldest());
        }
        signatures.forEach(this::stray);
        signatures.clear();
    }

    long unsigned() {
        return unsigned;
    }
}
