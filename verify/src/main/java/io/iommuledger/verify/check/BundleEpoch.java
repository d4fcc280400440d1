package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.BatchMessage;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The facts of one epoch in a part of a log. Batches may overlap: one that was sent again brings what is stored already.
 * Of a batch that is cut where the part begins or ends the bundle may have the facts outside too, which are there for its
 * signature alone; else its facts at the edge are covered by no signature.
 */
final class BundleEpoch {
    private final StreamId stream;
    private final Signers signers;
    private final Findings findings;
    private final Map<Long, List<StoredSignature>> beginning = new HashMap<>();
    private final List<Open> open = new ArrayList<>();
    private long next;
    private long loose;
    private long looseFrom;
    private boolean covered;
    private long uncovered;
    private Optional<Uncovered> firstUncovered = Optional.empty();
    private boolean inPart;

    /** A fact of the part that no signature covers. */
    record Uncovered(StreamId stream, long sequence, long position) {}

    /** A batch that goes on. */
    private static final class Open {
        private final StoredSignature signature;
        private final BatchMessage message;
        private long first;
        private long last;
        private long facts;
        private boolean removed;

        Open(StoredSignature signature, BatchMessage message) {
            this.signature = signature;
            this.message = message;
        }

        /** One that is in the part. */
        void take(Examined block, int record) {
            first = facts == 0 ? block.positions[record] : first;
            last = block.positions[record];
            facts++;
            removed |= block.removed[record];
            message.add(block.block.bytes(), block.payloads[record], block.payloadLengths[record]);
        }
    }

    /**
     * @param signatures of the stream
     * @param next       sequence of the first fact; -1 if it may be any
     */
    BundleEpoch(StreamId stream, List<StoredSignature> signatures, long next, Signers signers, Findings findings) {
        this.stream = stream;
        this.next = next;
        this.signers = signers;
        this.findings = findings;
        signatures.forEach(each -> beginning
                .computeIfAbsent(each.firstSequence(), fresh -> new ArrayList<>())
                .add(each));
    }

    StreamId id() {
        return stream;
    }

    void take(Examined block, int record) {
        long sequence = block.sequences[record];
        long position = block.positions[record];
        if (next >= 0 && sequence != next) {
            findings.add(StreamOrder.broken(position, stream.toString(), next, sequence));
        }
        next = sequence + 1;
        inPart = true;
        begin(sequence, position);
        if (open.isEmpty()) {
            if (firstUncovered.isEmpty()) {
                firstUncovered = Optional.of(new Uncovered(stream, sequence, position));
            }
            looseFrom = loose == 0 ? position : looseFrom;
            loose++;
            uncovered++;
        } else {
            covered = true;
        }
        open.forEach(batch -> batch.take(block, record));
        close(sequence, this::verify);
    }

    /** A fact that is outside of the part, before it or behind it, of a batch of which a part is in it. */
    void takeOutside(StoredRecord record) {
        if (!inPart) {
            begin(record.sequence(), record.position());
        }
        open.forEach(batch -> batch.message.add(record.payload()));
        // One that ends before the part says nothing of it.
        close(record.sequence(), inPart ? this::verifyCut : batch -> {});
    }

    private void close(long sequence, Consumer<Open> end) {
        List<Open> ending = open.stream()
                .filter(batch -> batch.signature.lastSequence() == sequence)
                .toList();
        open.removeAll(ending);
        ending.forEach(end);
    }

    /** What a batch ends with behind the part may be signed by a key that spoke only then. */
    private void verifyCut(Open batch) {
        if (signers.knows(stream, batch.signature)) {
            verify(batch);
            return;
        }
        uncovered += batch.facts;
        if (firstUncovered.isEmpty()) {
            firstUncovered = Optional.of(new Uncovered(stream, next - batch.facts, batch.first));
        }
    }

    private void begin(long sequence, long position) {
        List<StoredSignature> here =
                Optional.ofNullable(beginning.remove(sequence)).orElse(List.of());
        if (here.isEmpty()) {
            return;
        }
        if (covered && loose > 0) {
            findings.add(new Finding(
                    looseFrom,
                    position - 1,
                    Evidence.SIGNATURE,
                    loose + " facts of " + stream + " before sequence " + sequence
                            + " are not signed, though the host's agent signs all that it sends"));
        }
        loose = 0;
        here.forEach(each -> open.add(new Open(each, new BatchMessage(stream, sequence))));
    }

    private void verify(Open batch) {
        StoredSignature signature = batch.signature;
        Optional<HostKey> key = signers.key(stream, signature, batch.facts, batch.first, batch.last);
        if (key.isPresent() && batch.removed) {
            signers.notCheckable(batch.facts);
        } else if (key.isPresent() && !Signing.verify(key.get(), batch.message.bytes(), signature.signature())) {
            findings.add(Signers.notMade(stream, signature, batch.first, batch.last));
        }
    }

    /** No more facts come. */
    void end() {
        open.forEach(batch -> findings.add(stray(batch.signature)));
        beginning.values().stream().flatMap(List::stream).forEach(each -> findings.add(stray(each)));
    }

    static Finding stray(StoredSignature signature) {
        return new Finding(
                1,
                Long.MAX_VALUE,
                Evidence.SIGNATURE,
                "the bundle has a signature of the facts " + signature.firstSequence() + " to "
                        + signature.lastSequence() + " of " + signature.stream() + ", and not all of these facts");
    }

    /** Facts that no signature in the bundle covers. */
    long uncovered() {
        return uncovered;
    }

    Optional<Uncovered> firstUncovered() {
        return firstUncovered;
    }

    /** Whether a fact of it is in the part. */
    boolean inPart() {
        return inPart;
    }
}
