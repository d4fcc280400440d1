package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Finding;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Trust;
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the signatures in an incident bundle say of its facts. */
class SignedBundleTest extends HeldBundles {
    @Test
    void withTheHostsKeysHeldElsewhereAnotherKeyIsFound() throws Exception {
        Path file = Files.writeString(directory.resolve("trust"), new SampleLog(12, 20).trust("a"));
        assertThat(verified(ofHost().written(), Optional.of(Trust.read(file))).findings())
                .extracting(Finding::evidence)
                .contains(Evidence.SIGNATURE);
    }

    private Trust trust() throws Exception {
        return Trust.read(Files.writeString(directory.resolve("trust"), LOG.trust("a") + LOG.trust("b")));
    }

    @Test
    void batchesThatAreCutAreVerifiedWithTheirFactsOutside() throws Exception {
        int cutBefore = 0;
        int cutBehind = 0;
        for (int moved = 0; moved < 30; moved++) {
            long from = FROM + moved;
            for (Optional<String> host : List.of(Optional.of("a"), Optional.<String>empty())) {
                SampleBundle bundle = new SampleBundle(LOG, from, TO + moved, host);
                Report report = verified(bundle.written(), Optional.of(trust()));
                assertThat(report.findings()).isEmpty();
                assertThat(report.streams().unsigned()).isZero();
                assertThat(report.signatures().facts())
                        .as("those outside do not count")
                        .isEqualTo(facts(bundle));
                assertThat(report.records()).isEqualTo(bundle.earlier.size() + bundle.records.size());
                cutBefore += bundle.outside.stream().anyMatch(each -> each.position() <= from) ? 1 : 0;
                cutBehind += bundle.outside.stream().anyMatch(each -> each.position() > from) ? 1 : 0;
            }
        }
        assertThat(cutBefore).isPositive();
        assertThat(cutBehind).isPositive();
    }

    private static long facts(SampleBundle bundle) {
        return bundle.records.stream()
                .filter(record -> StreamId.isStream(record.stream()))
                .count();
    }

    /** One that has facts outside at both ends. */
    private static SampleBundle cut() throws Exception {
        for (long from = FROM; from < TO - 1; from++) {
            SampleBundle bundle = new SampleBundle(LOG, from, from + 1, Optional.of("a"));
            long begin = from;
            if (bundle.outside.stream().anyMatch(each -> each.position() <= begin)
                    && bundle.outside.stream().anyMatch(each -> each.position() > begin)) {
                return bundle;
            }
        }
        throw new AssertionError("no fact in the middle of a batch");
    }

    @Test
    void aFactOutsideThatIsAnotherIsFound() throws Exception {
        for (boolean first : List.of(true, false)) {
            SampleBundle bundle = cut();
            StoredRecord fact = bundle.records.getFirst();
            StoredRecord another = first ? bundle.outside.removeFirst() : bundle.outside.removeLast();
            byte[] payload = another.payload().clone();
            payload[payload.length - 1] ^= 1;
            StoredRecord changed = with(another, another.storedAtNanos(), payload);
            bundle.outside.add(first ? 0 : bundle.outside.size(), changed);
            assertThat(verified(bundle).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.evidence()).isEqualTo(Evidence.SIGNATURE);
                assertThat(finding.first()).isEqualTo(fact.position());
                assertThat(finding.last()).isEqualTo(fact.position());
            });
        }
    }

    @Test
    void factsThatNoSignatureCoversAreNotHeldForTheHostsIfKeysAreHeldElsewhere() throws Exception {
        SampleBundle stripped = ofHost();
        stripped.signatures.clear();
        stripped.outside.clear();
        StoredRecord first = stripped.records.stream()
                .filter(record -> StreamId.isStream(record.stream()))
                .findFirst()
                .orElseThrow();
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> verified(stripped.written(), Optional.of(trust())))
                .withMessageContaining(facts(stripped) + " facts that no signature in it covers, the first at position "
                        + first.position() + ", fact " + first.sequence() + " of " + first.stream())
                .withMessageContaining("Ask for the bundle again");
        assertThat(verified(stripped).findings()).isEmpty();
        SampleBundle earlierServers = cut();
        earlierServers.leaveOutCutBatches();
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> verified(earlierServers.written(), Optional.of(trust())))
                .withMessageContaining("1 facts that no signature in it covers");
        assertThat(verified(earlierServers).findings()).isEmpty();
    }

    @Test
    void factsBetweenSignedOnesThatNobodySignedAreFound() throws Exception {
        SampleBundle bundle = ofHost();
        bundle.signatures.remove(1);
        for (Optional<Trust> keys : List.of(Optional.of(trust()), Optional.<Trust>empty())) {
            assertThat(verified(bundle.written(), keys).findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("are not signed"));
        }
    }

    @Test
    void aChangedFactIsNamedByItsHostsSignature() throws Exception {
        SampleBundle bundle = ofEverything();
        bundle.leaveOutCutBatches();
        StoredSignature signature = bundle.signatures.getLast();
        int at = bundle.records.indexOf(bundle.records.stream()
                .filter(each -> each.stream().equals(signature.stream()) && each.sequence() == signature.lastSequence())
                .findFirst()
                .orElseThrow());
        StoredRecord record = bundle.records.get(at);
        byte[] payload = record.payload().clone();
        payload[payload.length - 1] ^= 1;
        bundle.records.set(at, with(record, record.storedAtNanos(), payload));
        assertThat(verified(bundle).findings())
                .filteredOn(finding -> finding.evidence() == Evidence.SIGNATURE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.last()).isEqualTo(record.position()));
    }

    @Test
    void batchesThatWereSentAgainMayOverlap() throws Exception {
        SampleBundle bundle = ofHost();
        StoredSignature last = bundle.signatures.getLast();
        StoredSignature before = bundle.signatures.get(bundle.signatures.size() - 2);
        assertThat(before.stream()).isEqualTo(last.stream());
        bundle.signatures.set(
                bundle.signatures.size() - 1, LOG.signed(last.stream(), before.firstSequence(), last.lastSequence()));
        Report report = verified(bundle);
        assertThat(report.findings()).isEmpty();
        assertThat(report.signatures().batches()).isEqualTo(bundle.signatures.size());
    }
}
