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
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An incident bundle, held against a checkpoint of the log that it is a part of. */
class VerifiedBundleTest extends HeldBundles {
    private static final int FLIPS = Integer.getInteger("faults.count") == null ? 300 : 10_000;

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
