package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.BatchMessage;
import io.iommuledger.protocol.StoredSignature;
import java.util.Optional;
import java.util.Queue;

/** The facts of one epoch in a part of a log. Those of batches that are not whole in it are covered by no signature. */
final class BundleEpoch {
    private final StreamId stream;
    private final Queue<StoredSignature> signatures;
    private final BundleSigners signers;
    private final Findings findings;
    private Optional<BatchMessage> batch = Optional.empty();
    private long batchBegan;
    private long next = -1;
    private long loose;
    private long looseFrom;
    private boolean covered;
    private long unsigned;

    BundleEpoch(StreamId stream, Queue<StoredSignature> signatures, BundleSigners signers, Findings findings) {
        this.stream = stream;
        this.signatures = signatures;
        this.signers = signers;
        this.findings = findings;
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
        while (!signatures.isEmpty() && signatures.peek().lastSequence() < sequence) {
            findings.add(stray(signatures.remove()));
            batch = Optional.empty();
        }
        Optional<StoredSignature> signature = Optional.ofNullable(signatures.peek());
        if (signature.filter(one -> one.firstSequence() == sequence).isPresent()) {
            begin(sequence, position);
        }
        batch.ifPresent(
                message -> message.add(block.block.bytes(), block.payloads[record], block.payloadLengths[record]));
        if (batch.isEmpty()) {
            loose(position);
        } else if (signature.orElseThrow().lastSequence() == sequence) {
            end(signatures.remove(), position);
        }
    }

    private void begin(long sequence, long position) {
        if (covered && loose > 0) {
            findings.add(new Finding(
                    looseFrom,
                    position - 1,
                    Evidence.SIGNATURE,
                    loose + " facts of " + stream + " before sequence " + sequence
                            + " are not signed, though the host's agent signs all that it sends"));
        }
        batch = Optional.of(new BatchMessage(stream, sequence));
        batchBegan = position;
        loose = 0;
    }

    private void end(StoredSignature signature, long position) {
        signers.verify(stream, signature, batch.orElseThrow().bytes(), batchBegan, position);
        batch = Optional.empty();
        covered = true;
    }

    private void loose(long position) {
        if (loose == 0) {
            looseFrom = position;
        }
        loose++;
        unsigned++;
    }

    /** No more facts come. */
    void end() {
        signatures.forEach(signature -> findings.add(stray(signature)));
    }

    static Finding stray(StoredSignature signature) {
        return new Finding(
                1,
                Long.MAX_VALUE,
                Evidence.SIGNATURE,
                "the bundle has a signature of the facts " + signature.firstSequence() + " to "
                        + signature.lastSequence() + " of " + signature.stream() + ", and not all of these facts");
    }

    /** Facts that no signature covers. */
    long unsigned() {
        return unsigned;
    }
}
