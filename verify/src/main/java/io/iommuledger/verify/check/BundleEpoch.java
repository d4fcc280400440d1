package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.BatchMessage;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredSignature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The facts of one epoch in a part of a log. Batches may overlap: one that was sent again brings what is stored already.
 * Facts at the edges, whose batch is not whole in the part, are covered by no signature.
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

    /** A batch that goes on. */
    private static final class Open {
        private final StoredSignature signature;
        private final BatchMessage message;
        private final long began;
        private boolean removed;

        Open(StoredSignature signature, BatchMessage message, long began) {
            this.signature = signature;
            this.message = message;
            this.began = began;
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
        begin(sequence, position);
        if (open.isEmpty()) {
            looseFrom = loose == 0 ? position : looseFrom;
            loose++;
            uncovered++;
        }
        open.forEach(batch -> {
            batch.removed |= block.removed[record];
            batch.message.add(block.block.bytes(), block.payloads[record], block.payloadLengths[record]);
        });
        open.removeIf(batch -> {
            boolean whole = batch.signature.lastSequence() == sequence;
            if (whole) {
                verify(batch, position);
            }
            return whole;
        });
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
        covered = true;
        here.forEach(each -> open.add(new Open(each, new BatchMessage(stream, sequence), position)));
    }

    private void verify(Open batch, long last) {
        StoredSignature signature = batch.signature;
        long facts = signature.lastSequence() - signature.firstSequence() + 1;
        Optional<HostKey> key = signers.key(stream, signature, facts, batch.began, last);
        if (key.isPresent() && batch.removed) {
            signers.notCheckable(facts);
        } else if (key.isPresent() && !Signing.verify(key.get(), batch.message.bytes(), signature.signature())) {
            findings.add(Signers.notMade(stream, signature, batch.began, last));
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
}
