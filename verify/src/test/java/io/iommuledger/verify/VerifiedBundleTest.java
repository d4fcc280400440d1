package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.Attachment;
import io.iommuledger.verify.check.BundleVerifier;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Finding;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Trust;
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An incident bundle, held against a checkpoint of the log that it is a part of. */
class VerifiedBundleTest {
    private static final int FLIPS = Integer.getInteger("faults.count") == null ? 300 : 10_000;
    private static final SampleLog LOG = new SampleLog(11, 400);
    private static final long FROM = 100;
    private static final long TO = 300;

    @TempDir
    private Path directory;

    private Held held;

    @BeforeEach
    void hold() throws Exception {
        held = held(LOG.checkpoint(LOG.records.size()));
    }

    private Held held(String checkpoint) throws Exception {
        Path file = Files.writeString(directory.resolve("mail.txt"), checkpoint);
        return Held.read(file, SampleLog.KEYS);
    }

    private static SampleBundle ofHost() throws Exception {
        return new SampleBundle(LOG, FROM, TO, Optional.of("a"));
    }

    private static SampleBundle ofEverything() throws Exception {
        return new SampleBundle(LOG, FROM, TO, Optional.empty());
    }

    private Report verified(SampleBundle bundle) throws Exception {
        return verified(bundle.written(), Optional.empty());
    }

    private Report verified(byte[] bytes, Optional<Trust> trust) throws Exception {
        return BundleVerifier.verify(Files.write(directory.resolve("bundle"), bytes), List.of(held), trust);
    }

    @Test
    void thatNobodyTouchedHolds() throws Exception {
        for (SampleBundle bundle : List.of(ofHost(), ofEverything())) {
            Report report = verified(bundle);
            assertThat(report.findings()).isEmpty();
            assertThat(report.records()).isEqualTo(bundle.earlier.size() + bundle.records.size());
            assertThat(report.proven()).isEqualTo(report.records());
            assertThat(report.signatures().batches())
                    .isEqualTo(bundle.signatures.size())
                    .isPositive();
        }
    }

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
    void aChangedRecordIsFoundThoughItsChecksumsAreRight() throws Exception {
        SampleBundle bundle = ofHost();
        int at = bundle.aFactInTheMiddle();
        StoredRecord record = bundle.records.get(at);
        bundle.records.set(at, with(record, record.storedAtNanos() + 1, record.payload()));
        assertThat(verified(bundle).findings())
                .as("no host signed the time of storage: the hash of the leaf names the record")
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.evidence()).isEqualTo(Evidence.PROVEN_HASH);
                    assertThat(finding.first()).isEqualTo(record.position());
                    assertThat(finding.last()).isEqualTo(record.position());
                });
        bundle.leaves[0] ^= 1;
        assertThat(verified(bundle).findings())
                .as("the hashes are not the tree's either")
                .extracting(Finding::evidence)
                .containsOnly(Evidence.CHECKPOINT);
        bundle.leaves = new byte[0];
        assertThat(verified(bundle).findings()).extracting(Finding::evidence).containsOnly(Evidence.CHECKPOINT);
    }

    @Test
    void hashesOfLeavesProveNothingByThemselves() throws Exception {
        SampleBundle bundle = ofHost();
        bundle.leaves = new byte[bundle.leaves.length];
        assertThat(verified(bundle).findings())
                .as("the records are all there is to prove")
                .isEmpty();
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

    private static StoredRecord with(StoredRecord record, long storedAt, byte[] payload) {
        return new StoredRecord(
                record.position(),
                record.stream(),
                record.sequence(),
                record.type(),
                record.version(),
                storedAt,
                payload);
    }

    @Test
    void aFactThatIsMissingIsNamed() throws Exception {
        SampleBundle bundle = ofHost();
        StoredRecord gone = bundle.records.remove(bundle.aFactInTheMiddle());
        long next = bundle.records.stream()
                .filter(each -> each.stream().equals(gone.stream()) && each.sequence() > gone.sequence())
                .findFirst()
                .orElseThrow()
                .position();
        assertThat(verified(bundle).findings())
                .filteredOn(finding -> finding.evidence() == Evidence.SEQUENCES)
                .singleElement()
                .satisfies(finding -> assertThat(finding.first()).isEqualTo(next));
    }

    @Test
    void anOperationThatIsMissingFromEverythingIsNamed() throws Exception {
        SampleBundle bundle = ofEverything();
        StoredRecord gone = bundle.records.stream()
                .filter(each -> !StreamId.isStream(each.stream()))
                .findFirst()
                .orElseThrow();
        bundle.records.remove(gone);
        assertThat(verified(bundle).findings())
                .filteredOn(finding -> finding.evidence() == Evidence.POSITIONS)
                .singleElement()
                .satisfies(finding -> assertThat(finding.first()).isEqualTo(gone.position()));
    }

    @Test
    void whoMaySpeakCannotBeLeftOut() throws Exception {
        SampleBundle bundle = ofHost();
        bundle.earlier.removeFirst();
        assertThat(verified(bundle).tampered()).isTrue();
        SampleBundle none = ofHost();
        none.earlier.clear();
        assertThat(verified(none).tampered()).isTrue();
    }

    @Test
    void anotherLogIsNotThisOne() throws Exception {
        SampleBundle other = new SampleBundle(new SampleLog(13, LOG.records.size()), FROM, TO, Optional.of("a"));
        SampleLog same = new SampleLog(13, LOG.records.size());
        if (same.records.size() == LOG.records.size()) {
            assertThat(verified(other).tampered()).isTrue();
        } else {
            assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> verified(other));
        }
    }

    @Test
    void ofALogOfAnotherNameItSaysSoWhateverTheSizes() throws Exception {
        SigningKey key = SigningKey.fresh("another.test/log");
        for (int size : List.of(LOG.records.size(), 350)) {
            SampleBundle bundle = ofHost();
            bundle.attach(Attachment.LOG_CHECKPOINT, SampleLog.checkpoint(LOG.records.subList(0, size), key));
            assertThatExceptionOfType(Unreadable.class)
                    .isThrownBy(() -> verified(bundle))
                    .withMessageContaining("is of another log: its checkpoint is of 'another.test/log'")
                    .withMessageContaining("mail.txt of 'ledger.test/log'")
                    .satisfies(why -> assertThat(why.getMessage()).doesNotContain("again"));
        }
    }

    @Test
    void ofAnotherTreeItSaysWhichCheckpointIsWanted() throws Exception {
        SampleBundle bundle = ofHost();
        held = held(LOG.checkpoint(350));
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> verified(bundle))
                .withMessageContaining("in the tree of " + LOG.records.size() + " records")
                .withMessageContaining("\"checkpoint\": 350");
    }

    @Test
    void againstOlderCheckpointsItSaysThatANewerOneIsNeeded() throws Exception {
        Path file = Files.write(directory.resolve("bundle"), ofHost().written());
        Held tooOld = held(LOG.checkpoint((int) TO - 1));
        Held older = held(LOG.checkpoint(10));
        for (List<Held> all : List.of(List.of(older), List.of(tooOld, older))) {
            assertThatExceptionOfType(Unreadable.class)
                    .isThrownBy(() -> BundleVerifier.verify(file, all, Optional.empty()))
                    .withMessageContaining("older than the bundle, whose records go up to position 300")
                    .withMessageContaining("a newer one is needed")
                    .satisfies(why -> assertThat(why.getMessage()).doesNotContain("Ask for"));
        }
        Held covers = held(LOG.checkpoint((int) TO));
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> BundleVerifier.verify(file, List.of(covers, older), Optional.empty()))
                .withMessageContaining("\"checkpoint\": 300");
    }

    @Test
    void withoutAProofItSaysWhy() throws Exception {
        SampleBundle bundle = ofHost();
        bundle.proof = new byte[0];
        bundle.attach(Attachment.NO_PROOF, "nothing was signed yet");
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> verified(bundle))
                .withMessageContaining("nothing was signed yet");
    }

    @Test
    void recordsBehindTheTreeAreProvenByNothing() throws Exception {
        SampleBundle forged = ofHost();
        for (List<StoredRecord> records : List.of(forged.earlier, forged.records)) {
            records.replaceAll(record -> new StoredRecord(
                    record.position() + LOG.records.size(),
                    record.stream(),
                    record.sequence(),
                    record.type(),
                    record.version(),
                    record.storedAtNanos(),
                    record.payload()));
        }
        forged.moveBy(LOG.records.size());
        forged.proof = held.checkpoint().root().bytes();
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> verified(forged))
                .withMessageContaining("records up to position");
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

    @Test
    void fromTheBeginningOfTheLogNothingIsMissingInFront() throws Exception {
        SampleBundle bundle = new SampleBundle(LOG, 0, TO, Optional.of("a"));
        assertThat(verified(bundle).findings()).isEmpty();
        SampleBundle cut = new SampleBundle(LOG, 0, TO, Optional.of("a"));
        StoredSignature first = cut.signatures.removeFirst();
        cut.records.removeIf(
                record -> record.stream().equals(first.stream()) && record.sequence() <= first.lastSequence());
        assertThat(verified(cut).findings()).extracting(Finding::evidence).contains(Evidence.SEQUENCES);
    }

    @Test
    void oneOfAnotherFormIsNotTakenForAChangedOne() throws Exception {
        byte[] bytes = ofHost().written();
        bytes[4]++;
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> verified(bytes, Optional.empty()))
                .withMessageContaining("form 3");
    }

    /** Fault F4. */
    @Test
    @Tag("fault")
    void everyTurnedBitIsFound() throws Exception {
        byte[] whole = ofHost().written();
        SplittableRandom random = new SplittableRandom(5);
        int found = 0;
        try {
            for (int i = 0; i < FLIPS; i++) {
                byte[] bytes = whole.clone();
                int bit = random.nextInt(bytes.length * Byte.SIZE);
                bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                boolean fine;
                try {
                    fine = !verified(bytes, Optional.empty()).tampered();
                } catch (Unreadable noBundle) {
                    fine = false;
                }
                assertThat(fine).as("bit %d", bit).isFalse();
                found++;
            }
        } finally {
            System.out.println("F4 turned bits of a bundle found by its verifier: " + found + "/" + FLIPS);
        }
    }
}
