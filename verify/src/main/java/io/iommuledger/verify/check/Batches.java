package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.BatchMessage;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Verifies the signatures of batches, side by side. */
final class Batches {
    private static final int MOST_UNDER_WAY = 256;

    private final ExecutorService workers;
    private final RecordSource source;
    private final Signers signers;
    private final Findings findings;
    private final Queue<Future<Optional<Finding>>> underWay = new ArrayDeque<>();

    Batches(ExecutorService workers, RecordSource source, Signers signers, Findings findings) {
        this.workers = workers;
        this.source = source;
        this.signers = signers;
        this.findings = findings;
    }

    /** A fact in a block. */
    record Place(Examined block, int record) {
        long position() {
            return block.positions[record];
        }

        long sequence() {
            return block.sequences[record];
        }
    }

    /**
     * Has a signature verified.
     *
     * @param covered the newest of the facts that it covers, in their order; at least one
     */
    void verify(StreamId stream, StoredSignature signature, List<Place> covered) throws Unreadable {
        long first = covered.getFirst().position();
        long last = covered.getLast().position();
        Optional<HostKey> key = signers.key(stream, signature, covered.size(), first, last);
        if (key.isEmpty()) {
            return;
        }
        List<Place> own = List.copyOf(covered);
        long missing = own.getFirst().sequence() - signature.firstSequence();
        List<byte[]> before = missing > 0
                ? source.payloads(
                        stream.toString(),
                        signature.firstSequence(),
                        own.getFirst().sequence() - 1)
                : new ArrayList<>();
        if (own.stream().anyMatch(place -> place.block().removed[place.record()])
                || before.stream().anyMatch(payload -> payload.length == 0)) {
            signers.notCheckable(own.size());
            return;
        }
        underWay.add(workers.submit(() -> {
            boolean made = before.size() == Math.max(0, missing)
                    && Signing.verify(key.get(), message(stream, signature, before, own), signature.signature());
            return made ? Optional.empty() : Optional.of(Signers.notMade(stream, signature, first, last));
        }));
        settle(MOST_UNDER_WAY);
    }

    private static byte[] message(
            StreamId stream, StoredSignature signature, List<byte[]> before, List<Place> covered) {
        BatchMessage message = new BatchMessage(stream, signature.firstSequence());
        before.forEach(message::add);
        for (Place each : covered) {
            Examined block = each.block();
            message.add(block.block.bytes(), block.payloads[each.record()], block.payloadLengths[each.record()]);
        }
        return message.bytes();
    }

    /** Returns when all are verified. */
    void finish() throws Unreadable {
        settle(0);
    }

    private void settle(int most) throws Unreadable {
        while (underWay.size() > most) {
            try {
                underWay.remove().get().ifPresent(findings::add);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unreadable("interrupted", e);
            }
        }
    }
}
