package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The streams of a part of a log: that none has a hole, and that hosts signed what is theirs. */
final class BundleStreams {

    private final Map<String, List<StoredSignature>> signatures;
    private final Findings findings;
    private final Keys keys = new Keys();
    private final Signers signers;
    private final boolean fromStart;
    private final Map<String, BundleEpoch> epochs = new HashMap<>();
    private final Map<String, Long> others = new HashMap<>();

    /**
     * @param signatures of each stream
     * @param fromStart  whether the part begins where the log does, so that every stream begins in it
     */
    BundleStreams(
            Map<String, List<StoredSignature>> signatures,
            boolean fromStart,
            Optional<Trust> trust,
            Findings findings) {
        this.signatures = signatures;
        this.fromStart = fromStart;
        this.findings = findings;
        this.signers = new Signers(keys, trust, findings);
    }

    void take(Examined block, int record) {
        if (!block.understood(record)) {
            return;
        }
        String stream = block.stream(record);
        if (StreamId.isStream(stream)) {
            epoch(stream)
                    .ifPresentOrElse(
                            epoch -> epoch.take(block, record),
                            () -> findings.add(Finding.at(
                                    block.positions[record],
                                    Evidence.CONTENT,
                                    "no stream has the name of " + Examiner.place(block, record))));
            return;
        }
        // Who may speak is told from the first event on, whatever part of the log the bundle is.
        boolean enrolment = Enrolment.isStream(stream);
        long sequence = block.sequences[record];
        long wanted = others.getOrDefault(stream, enrolment || fromStart ? 0 : sequence);
        if (sequence != wanted) {
            findings.add(StreamOrder.broken(block.positions[record], stream, wanted, sequence));
        }
        others.put(stream, sequence + 1);
        if (enrolment) {
            keys.take(block.positions[record], block.payload(record));
        }
    }

    /** A fact of a batch of which a part is in the bundle's: those before it come before its facts, the others behind them. */
    void takeOutside(StoredRecord record) {
        if (StreamId.isStream(record.stream())) {
            epoch(record.stream()).ifPresent(epoch -> epoch.takeOutside(record));
        }
    }

    private Optional<BundleEpoch> epoch(String name) {
        BundleEpoch known = epochs.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        StreamId id;
        try {
            id = StreamId.parse(name);
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
        List<StoredSignature> signed =
                Optional.ofNullable(signatures.remove(name)).orElse(List.of());
        BundleEpoch fresh = new BundleEpoch(id, signed, fromStart ? 0 : -1, signers, findings);
        epochs.put(name, fresh);
        return Optional.of(fresh);
    }

    /** No more records come. */
    void end() {
        epochs.values().forEach(BundleEpoch::end);
        signatures.values().stream()
                .flatMap(List::stream)
                .forEach(signature -> findings.add(BundleEpoch.stray(signature)));
    }

    /** The first fact in the log's order that no signature in the bundle covers. */
    Optional<BundleEpoch.Uncovered> firstUncovered() {
        return epochs.values().stream()
                .flatMap(epoch -> epoch.firstUncovered().stream())
                .min(Comparator.comparingLong(BundleEpoch.Uncovered::position));
    }

    StreamCounts counts() {
        Set<String> hosts = new HashSet<>();
        List<BundleEpoch> told =
                epochs.values().stream().filter(BundleEpoch::inPart).toList();
        told.forEach(epoch -> hosts.add(epoch.id().host().value()));
        return new StreamCounts(
                hosts.size(),
                told.size(),
                others.keySet().stream()
                        .filter(name -> name.startsWith(OperationEvent.STREAM))
                        .count(),
                told.stream().mapToLong(BundleEpoch::uncovered).sum());
    }

    SignatureCounts signatures() {
        return signers.counts();
    }
}
