package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Trust;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.report.Verdict;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.RecordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facts that whoever writes the log made up, and whatever else of the log he makes fit them. */
class UnsignedFactsTest {
    private static final int SIZE = 200;

    private final SampleLog log = new SampleLog(31, SIZE);

    @TempDir
    private Path directory;

    @Test
    void aLogThatNeverHeardOfKeysIsNotHeldForSignedByThem() throws Exception {
        Trust trust = trust();
        log.signatures.clear();
        log.records.removeIf(record -> Enrolment.isStream(record.stream()));
        renumber();
        Held forged = held(log.checkpoint(log.records.size()));
        Report report = verified(forged, Optional.of(trust));
        assertThat(Verdict.of(report).exitCode()).isOne();
        assertThat(report.findings()).hasSize(3).allSatisfy(finding -> {
            assertThat(finding.evidence()).isEqualTo(Evidence.SIGNATURE);
            assertThat(finding.first()).isEqualTo(finding.last());
            assertThat(log.records.get((int) finding.first() - 1).sequence())
                    .as("the first of its epoch")
                    .isZero();
        });
        assertThat(report.streams().unsigned()).isEqualTo(facts());
        assertThat(verified(forged, Optional.empty()).findings())
                .as("the log has no keys, and nobody else any")
                .isEmpty();
    }

    @Test
    void factsOfAHostThatNobodyKnowsBehindTheNewestCheckpointAreFound() throws Exception {
        Held before = held(log.checkpoint(log.records.size()));
        long position = log.records.size() + 1L;
        append(new EpochBegan(
                UUID.randomUUID(), "machine", "boot", "6.12", "0.1.0", Policies.DEFAULT, false, -1, Optional.empty()));
        append(new ContextOpenRequested(1));
        Report report = verified(before, Optional.of(trust()));
        assertThat(Verdict.of(report).exitCode()).isOne();
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.first()).isEqualTo(position);
            assertThat(finding.text()).contains("fact 0 of host/c/1 is not signed");
        });
        assertThat(report.streams().unsigned()).isEqualTo(2);
        assertThat(verified(before, Optional.empty()).findings()).isEmpty();
    }

    /** Not signed by anybody, at the end. */
    private void append(Fact fact) {
        long sequence = log.records.stream()
                .filter(record -> record.stream().equals("host/c/1"))
                .count();
        RecordedFact recorded = new RecordedFact(new Stamp(sequence, sequence, sequence, Optional.empty()), fact);
        log.records.add(new StoredRecord(
                log.records.size() + 1L,
                "host/c/1",
                sequence,
                EventTypes.of(fact),
                "1",
                1_767_225_600_000_000_000L,
                FactCodec.encode(recorded)));
    }

    private void renumber() {
        List<StoredRecord> before = new ArrayList<>(log.records);
        log.records.clear();
        for (StoredRecord each : before) {
            log.records.add(new StoredRecord(
                    log.records.size() + 1L,
                    each.stream(),
                    each.sequence(),
                    each.type(),
                    each.version(),
                    each.storedAtNanos(),
                    each.payload()));
        }
    }

    private long facts() {
        return log.records.stream()
                .filter(record -> StreamId.isStream(record.stream()))
                .count();
    }

    private Trust trust() throws Exception {
        return Trust.read(Files.writeString(directory.resolve("trust"), log.trust("a") + log.trust("b")));
    }

    private Held held(String checkpoint) throws Exception {
        return Held.read(Files.writeString(directory.resolve("mail.txt"), checkpoint), SampleLog.KEYS);
    }

    private Report verified(Held held, Optional<Trust> trust) throws Exception {
        Path file = directory.resolve("log");
        Files.deleteIfExists(file);
        log.export(file);
        try (RecordSource source = FileSource.open(file);
                Verifier verifier = new Verifier()) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, trust);
        }
    }
}
