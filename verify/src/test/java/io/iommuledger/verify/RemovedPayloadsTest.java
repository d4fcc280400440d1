package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
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
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Removed;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.report.ReportText;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was removed under a rule is told from what was taken away. */
class RemovedPayloadsTest {
    private static final int SIZE = 400;
    private static final long DAY = 86_400_000_000_000L;
    private static final RuleSet RULE =
            new RuleSet(1, "p", Optional.empty(), "faults", EventClass.DMA_FAULTS, 2 * DAY / 1_000_000_000);

    @TempDir
    Path directory;

    private final SampleLog log = new SampleLog(60, SIZE);
    private final long later = log.records.getLast().storedAtNanos() + 3 * DAY;
    private long ofRetention;

    private final List<Long> positions = log.records.stream()
            .filter(record -> record.type().equals("host.dma-faulted"))
            .limit(5)
            .map(StoredRecord::position)
            .collect(Collectors.toCollection(ArrayList::new));

    @Test
    void aPayloadThatALoggedRemovalCoversIsCountedAndNothingIsWrong() throws Exception {
        removal(positions);
        Report report = afterTaking(positions, log.records.size());
        assertThat(report.findings()).isEmpty();
        assertThat(report.proven()).isEqualTo(log.records.size());
        assertThat(report.removed()).containsExactly(new Removed("faults", positions.size()));
        assertThat(report.signatures().removed()).isGreaterThanOrEqualTo(positions.size());
        assertThat(report.streams().unsigned())
                .as("not checkable is not unsigned")
                .isZero();
        assertThat(ReportText.of(report))
                .contains("5 records under rule faults", "signature not checkable")
                .contains("OK");
    }

    @Test
    void aRemovalThatIsRecordedAndNotYetDoneIsNoFault() throws Exception {
        removal(positions);
        Report report = afterTaking(List.of(), log.records.size());
        assertThat(report.findings()).isEmpty();
        assertThat(report.removed()).isEmpty();
    }

    @Test
    void aPayloadThatNoRemovalCoversIsTamperedWith() throws Exception {
        removal(positions.subList(0, 4));
        Report report = afterTaking(positions, log.records.size());
        assertThat(report.firstBad().orElseThrow().first()).isEqualTo(positions.get(4));
        assertThat(report.tampered()).isTrue();
    }

    @Test
    void aPayloadThatIsGoneWithoutAHashIsTamperedWith() throws Exception {
        removal(positions);
        String checkpoint = log.checkpoint(log.records.size());
        StoredRecord record = log.records.get(positions.get(2).intValue() - 1);
        log.records.set(positions.get(2).intValue() - 1, record.withoutPayload(new byte[0]));
        assertThat(verified(checkpoint).tampered()).isTrue();
        assertThat(verified(checkpoint).findings())
                .anySatisfy(finding -> assertThat(finding.first() == positions.get(2)
                                && finding.exact()
                                && finding.evidence() == Evidence.REMOVAL)
                        .isTrue());
    }

    /** Whether he only empties it, or makes up what the function that removes payloads leaves. */
    @Test
    void aPayloadThatASuperuserTakesAwayIsNamed() throws Exception {
        long position = positions.get(3);
        String empty = "UPDATE event SET payload = '' WHERE position = " + position;
        String forged =
                "INSERT INTO removed_payload (type, position, stream, leaf_hash, rule, removal) VALUES ('host.dma-faulted', "
                        + position
                        + ", 'host/x/1', decode('"
                        + HexFormat.of().formatHex(left(position).leafHash()) + "', 'hex'), 'faults', 1)";
        try (TestDatabase database = new TestDatabase(directory.resolve("data"), log)) {
            String emptied = database.copy();
            database.execute(emptied, empty);
            assertThat(verified(database.source(emptied)).firstBad())
                    .hasValueSatisfying(bad -> assertThat(List.of(bad.first(), bad.evidence()))
                            .isEqualTo(List.of(position, Evidence.PROVEN_HASH)));
            String covered = database.copy();
            database.execute(covered, empty, forged);
            assertThat(verified(database.source(covered)).findings())
                    .singleElement()
                    .satisfies(bad -> assertThat(List.of(bad.first(), bad.evidence()))
                            .isEqualTo(List.of(position, Evidence.REMOVAL)));
        }
    }

    private Report verified(RecordSource source) throws Exception {
        Path file = Files.writeString(directory.resolve("whole"), log.checkpoint(log.records.size()));
        Held held = Held.read(file, SampleLog.KEYS);
        try (source;
                Verifier verifier = new Verifier()) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty());
        }
    }

    @Test
    void whatIsLeftOfARecordIsStillHeldAgainstTheRemoval() throws Exception {
        removal(positions);
        String checkpoint = log.checkpoint(log.records.size());
        take(positions);
        int at = positions.get(1).intValue() - 1;
        StoredRecord left = log.records.get(at);
        log.records.set(at, named(left, left.stream(), "group.free"));
        assertThat(verified(checkpoint).tampered()).isTrue();
        for (String stream : List.of("nobody", "host/", "host/rack7/first")) {
            log.records.set(at, named(left, stream, left.type()));
            assertThat(verified(checkpoint).tampered()).as(stream).isTrue();
        }
        log.records.set(at, left.withoutPayload(new byte[32]));
        assertThat(verified(checkpoint).tampered()).as("another leaf").isTrue();
    }

    /** The digest is over all of a removal; which record was changed is told where that can be. */
    @Test
    void whatIsLeftOfARecordIsNamedWhereItCanBeTold() throws Exception {
        ofHistory();
        horizon(positions.getLast());
        removed(positions, later);
        String checkpoint = log.checkpoint(log.records.size());
        take(positions);
        long position = positions.get(3);
        int at = (int) position - 1;
        StoredRecord left = log.records.get(at);
        for (StoredRecord changed : List.of(
                with(left, left.stream(), left.sequence(), "operation.ended", "1", left.storedAtNanos()),
                with(left, left.stream(), left.sequence(), "reset.requested", "1", left.storedAtNanos()),
                with(left, left.stream(), left.sequence(), left.type(), "2", left.storedAtNanos()),
                with(left, "host/c/1", left.sequence() + 5, left.type(), "1", left.storedAtNanos()),
                with(left, left.stream(), left.sequence() + 5, left.type(), "1", left.storedAtNanos()))) {
            log.records.set(at, changed);
            assertThat(verified(checkpoint).firstBad())
                    .as(changed.toString())
                    .hasValueSatisfying(
                            bad -> assertThat(List.of(bad.first(), bad.last())).isEqualTo(List.of(position, position)));
        }
        log.records.set(at, with(left, left.stream(), left.sequence(), left.type(), "1", left.storedAtNanos() + 1));
        assertThat(verified(checkpoint).firstBad())
                .hasValueSatisfying(bad -> assertThat(List.of(bad.first(), bad.last(), bad.evidence()))
                        .isEqualTo(List.of(positions.getFirst(), positions.getLast(), Evidence.REMOVAL)));
    }

    private static StoredRecord with(
            StoredRecord left, String stream, long sequence, String type, String version, long storedAt) {
        return new StoredRecord(
                left.position(), stream, sequence, type, version, storedAt, new byte[0], left.leafHash(), left.kept());
    }

    /** What REST tells of a removed payload. */
    @Test
    void whatIsStoredBesideTheLogIsHeldAgainstTheRemoval() throws Exception {
        removal(positions);
        long first = log.records.size();
        removed(positions, later);
        long second = log.records.size();
        try (TestDatabase database = new TestDatabase(directory.resolve("data"), log)) {
            String done = database.copy();
            database.execute(done, "ALTER TABLE removed_payload DISABLE TRIGGER ALL");
            for (long position : positions) {
                // One by the later event, as if it had not been gone yet when that was done.
                long by = position == positions.getLast() ? second : first;
                database.execute(
                        done,
                        "UPDATE event SET payload = '' WHERE position = " + position,
                        "INSERT INTO removed_payload (type, position, stream, leaf_hash, rule, removal)"
                                + " SELECT type, position, stream, decode('"
                                + HexFormat.of().formatHex(left(position).leafHash()) + "', 'hex'), 'faults', " + by
                                + " FROM event WHERE position = " + position);
            }
            assertThat(verified(database.source(done)).findings()).isEmpty();
            for (String forged :
                    List.of("rule = 'other'", "removal = 3", "removal = " + (first - 1), "removal = " + (second + 1))) {
                database.execute(
                        done,
                        "CREATE TABLE kept AS SELECT * FROM removed_payload",
                        "UPDATE removed_payload SET " + forged + " WHERE position = " + positions.get(2));
                assertThat(verified(database.source(done)).findings())
                        .as(forged)
                        .singleElement()
                        .satisfies(bad -> assertThat(List.of(bad.first(), bad.last(), bad.evidence()))
                                .isEqualTo(List.of(positions.get(2), positions.get(2), Evidence.REMOVAL)));
                database.execute(
                        done,
                        "UPDATE removed_payload r SET rule = k.rule, removal = k.removal FROM kept k"
                                + " WHERE k.position = r.position",
                        "DROP TABLE kept");
            }
            assertThat(verified(database.source(done)).findings()).isEmpty();
        }
    }

    private static StoredRecord named(StoredRecord left, String stream, String type) {
        return new StoredRecord(
                left.position(),
                stream,
                left.sequence(),
                type,
                left.version(),
                left.storedAtNanos(),
                new byte[0],
                left.leafHash(),
                left.kept());
    }

    @Test
    void aRemovalThatIsNewerThanWhatIsHeldProvesNothing() throws Exception {
        removal(positions);
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> afterTaking(positions, SIZE))
                .withMessageContaining("checkpoint of at least as many records");
    }

    @Test
    void aRemovalThatNoRuleAllowsIsTamperingThoughTheLogTellsOfIt() throws Exception {
        removed(positions, later);
        assertRefused("no rule 'faults' was in force");
    }

    @Test
    void aRemovalBeforeItsTimeIsTampering() throws Exception {
        retention(RULE, later);
        removed(positions, log.records.get(positions.getFirst().intValue() - 1).storedAtNanos() + DAY);
        assertRefused("which were not over");
    }

    @Test
    void aRemovalOfAnotherClassIsTampering() throws Exception {
        positions.clear();
        positions.add(log.records.stream()
                .filter(record -> record.type().equals("context.open-requested"))
                .findFirst()
                .orElseThrow()
                .position());
        removal(positions);
        assertRefused("is not about context.open-requested");
    }

    @Test
    void aRemovalUnderAHoldIsTampering() throws Exception {
        retention(
                new HoldPlaced(
                        1,
                        "p",
                        Optional.empty(),
                        "h1",
                        "case",
                        List.of(),
                        OptionalLong.of(positions.getLast()),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty()),
                later);
        removal(positions);
        assertRefused("hold h1 covers it");
    }

    @Test
    void requestsOfOperationsGoAndWhoAskedIsHeldAgainstTheRemoval() throws Exception {
        ofOperations();
        removed(positions, later);
        String checkpoint = log.checkpoint(log.records.size());
        take(positions);
        Report report = verified(checkpoint);
        assertThat(report.findings()).isEmpty();
        assertThat(report.removed()).containsExactly(new Removed("faults", positions.size()));
        int at = positions.get(2).intValue() - 1;
        StoredRecord left = log.records.get(at);
        StoredRecord another = log.records.get(positions.get(3).intValue() - 1);
        for (byte[] forged : List.of(another.kept(), new byte[0])) {
            log.records.set(at, keeping(left, left.leafHash(), forged));
            assertThat(verified(checkpoint).findings())
                    .singleElement()
                    .satisfies(bad -> assertThat(List.of(bad.first(), bad.last(), bad.evidence()))
                            .isEqualTo(List.of(positions.getFirst(), positions.getLast(), Evidence.REMOVAL)));
        }
        log.records.set(at, keeping(left, new byte[0], left.kept()));
        assertThat(verified(checkpoint).tampered())
                .as("nothing was removed, and something is kept")
                .isTrue();
    }

    private static StoredRecord keeping(StoredRecord left, byte[] leaf, byte[] kept) {
        return new StoredRecord(
                left.position(),
                left.stream(),
                left.sequence(),
                left.type(),
                left.version(),
                left.storedAtNanos(),
                new byte[0],
                leaf,
                kept);
    }

    /** What was asked may be about any host. */
    @Test
    void aRemovalOfRequestsUnderAHoldOfAnyHostIsTampering() throws Exception {
        retention(
                new HoldPlaced(
                        1,
                        "p",
                        Optional.empty(),
                        "h1",
                        "case",
                        List.of(new HostId("another")),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty()),
                later);
        ofOperations();
        removed(positions, later);
        assertRefused("hold h1 covers it");
    }

    @Test
    void aRemovalOfWhatIsNoRequestOfAnOperationThatHadEndedIsTampering() throws Exception {
        ofOperations();
        positions.clear();
        Set<String> ended = ended();
        positions.add(log.records.stream()
                .filter(record ->
                        record.type().equals(EventTypes.OPERATION_REQUESTED) && !ended.contains(record.stream()))
                .findFirst()
                .orElseThrow()
                .position());
        removed(positions, later);
        assertRefused("it is of no request of an operation that had ended");
    }

    /** One that nobody carried out, whatever it says. */
    @Test
    void aRemovalThatWasRefusedSaysNothingAgainstWhatWentByAnother() throws Exception {
        removal(positions);
        retention(
                new PayloadsRemoved(1, "p", Optional.empty(), "none", "1-9223372036854775806", 1, "ab".repeat(32)),
                later);
        Report report = afterTaking(positions, log.records.size());
        assertThat(report.findings()).isEmpty();
        assertThat(report.removed()).containsExactly(new Removed("faults", positions.size()));
    }

    private Set<String> ended() {
        return log.records.stream()
                .filter(record -> record.type().equals(EventTypes.OPERATION_ENDED))
                .map(StoredRecord::stream)
                .collect(Collectors.toSet());
    }

    private void ofOperations() {
        positions.clear();
        Set<String> ended = ended();
        log.records.stream()
                .filter(record ->
                        record.type().equals(EventTypes.OPERATION_REQUESTED) && ended.contains(record.stream()))
                .limit(5)
                .forEach(record -> positions.add(record.position()));
        retention(
                new RuleSet(1, "p", Optional.empty(), "faults", EventClass.OPERATIONS, 2 * DAY / 1_000_000_000), later);
    }

    @Test
    void historyGoesUpToTheHorizonThatWasSetBefore() throws Exception {
        ofHistory();
        horizon(positions.getLast());
        removed(positions, later);
        Report report = afterTaking(positions, log.records.size());
        assertThat(report.findings()).isEmpty();
        assertThat(report.removed()).containsExactly(new Removed("faults", positions.size()));
    }

    @Test
    void historyBehindTheHorizonIsTampering() throws Exception {
        ofHistory();
        horizon(positions.get(2));
        removed(positions, later);
        assertRefused("the horizon before it is at position " + positions.get(2));
    }

    @Test
    void historyWithoutAHorizonIsTampering() throws Exception {
        ofHistory();
        removed(positions, later);
        assertRefused("no horizon was set before it");
    }

    /** What hosts told, of whatever type, and a rule about it. */
    private void ofHistory() {
        positions.clear();
        log.records.stream()
                .filter(record -> record.stream().startsWith("host/"))
                .limit(5)
                .forEach(record -> positions.add(record.position()));
        retention(new RuleSet(1, "p", Optional.empty(), "faults", EventClass.HISTORY, 2 * DAY / 1_000_000_000), later);
    }

    private void horizon(long position) {
        retention(
                new HorizonSet(1, "p", Optional.empty(), position, "faults", 3, new UUID(0, 1), 1, "ab".repeat(32)),
                later);
    }

    private void assertRefused(String why) throws Exception {
        Report report = afterTaking(positions, log.records.size());
        assertThat(report.tampered()).isTrue();
        assertThat(report.findings())
                .anySatisfy(finding -> assertThat(finding.text()).contains(why));
    }

    private void removal(List<Long> of) throws Exception {
        retention(RULE, later);
        removed(of, later);
    }

    private void removed(List<Long> of, long storedAt) throws Exception {
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

    private void retention(RetentionEvent event, long storedAt) {
        log.records.add(new StoredRecord(
                log.records.size() + 1L,
                Retention.STREAM,
                ofRetention++,
                EventTypes.of(event),
                "1",
                storedAt,
                RetentionCodec.encode(event)));
    }

    private StoredRecord left(long position) {
        StoredRecord record = log.records.get((int) position - 1);
        return record.withoutPayload(new TreeHasher().leaf(record.encoded()).bytes());
    }

    private void take(List<Long> of) {
        of.forEach(position -> log.records.set(position.intValue() - 1, left(position)));
    }

    private Report afterTaking(List<Long> of, int held) throws Exception {
        String checkpoint = log.checkpoint(held);
        take(of);
        return verified(checkpoint);
    }

    private Report verified(String checkpoint) throws Exception {
        Path file = Files.createTempDirectory(directory, "log").resolve("log");
        log.export(file);
        Held held = Held.read(Files.writeString(file.resolveSibling("checkpoint"), checkpoint), SampleLog.KEYS);
        try (RecordSource source = FileSource.open(file);
                Verifier verifier = new Verifier()) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty());
        }
    }
}
