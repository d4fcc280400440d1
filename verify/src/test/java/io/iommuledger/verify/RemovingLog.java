package io.iommuledger.verify;

import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.RecordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** A log of which payloads are removed, as the events of retention in it say, or not. */
abstract class RemovingLog {
    static final int SIZE = 400;
    static final long DAY = 86_400_000_000_000L;
    static final RuleSet RULE =
            new RuleSet(1, "p", Optional.empty(), "faults", EventClass.DMA_FAULTS, 2 * DAY / 1_000_000_000);

    @TempDir
    Path directory;

    final SampleLog log = new SampleLog(60, SIZE);
    final long later = log.records.getLast().storedAtNanos() + 3 * DAY;
    long ofRetention;

    final List<Long> positions = log.records.stream()
            .filter(record -> record.type().equals("host.dma-faulted"))
            .limit(5)
            .map(StoredRecord::position)
            .collect(Collectors.toCollection(ArrayList::new));

    Report verified(RecordSource source) throws Exception {
        Path file = Files.writeString(directory.resolve("whole"), log.checkpoint(log.records.size()));
        Held held = Held.read(file, SampleLog.KEYS);
        try (source;
                Verifier verifier = new Verifier()) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty());
        }
    }

    /** What hosts told, of whatever type, and a rule about it. */
    void ofHistory() {
        positions.clear();
        log.records.stream()
                .filter(record -> record.stream().startsWith("host/"))
                .limit(5)
                .forEach(record -> positions.add(record.position()));
        retention(new RuleSet(1, "p", Optional.empty(), "faults", EventClass.HISTORY, 2 * DAY / 1_000_000_000), later);
    }

    void horizon(long position) {
        retention(
                new HorizonSet(1, "p", Optional.empty(), position, "faults", 3, new UUID(0, 1), 1, "ab".repeat(32)),
                later);
    }

    void removal(List<Long> of) throws Exception {
        retention(RULE, later);
        removed(of, later);
    }

    void removed(List<Long> of, long storedAt) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long position : of) {
            digest.update(
                    MessageDigest.getInstance("SHA-256").digest(left(position).encoded()));
        }
        retention(
                new PayloadsRemoved(
                        1,
                        "p",
                        Optional.empty(),
                        "faults",
                        Positions.text(Positions.spans(of)),
                        of.size(),
                        HexFormat.of().formatHex(digest.digest())),
                storedAt);
    }

    void retention(RetentionEvent event, long storedAt) {
        log.records.add(new StoredRecord(
                log.records.size() + 1L,
                Retention.STREAM,
                ofRetention++,
                EventTypes.of(event),
                "1",
                storedAt,
                RetentionCodec.encode(event)));
    }

    StoredRecord left(long position) {
        StoredRecord record = log.records.get((int) position - 1);
        return record.removed()
                ? record
                : record.withoutPayload(new TreeHasher().leaf(record.encoded()).bytes());
    }

    void take(List<Long> of) {
        of.forEach(position -> log.records.set(position.intValue() - 1, left(position)));
    }

    Report afterTaking(List<Long> of, int held) throws Exception {
        String checkpoint = log.checkpoint(held);
        take(of);
        return verified(checkpoint);
    }

    Report verified(String checkpoint) throws Exception {
        Path file = Files.createTempDirectory(directory, "log").resolve("log");
        log.export(file);
        Held held = Held.read(Files.writeString(file.resolveSibling("checkpoint"), checkpoint), SampleLog.KEYS);
        try (RecordSource source = FileSource.open(file);
                Verifier verifier = new Verifier()) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty());
        }
    }
}
