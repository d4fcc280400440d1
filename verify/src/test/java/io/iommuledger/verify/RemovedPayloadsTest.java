package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Removed;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.report.ReportText;
import io.iommuledger.verify.source.Unreadable;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was removed under a rule is told from what was taken away. */
class RemovedPayloadsTest extends RemovingLog {
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
            database.execute(
                    done,
                    "ALTER TABLE removed_payload DISABLE TRIGGER ALL",
                    "ALTER TABLE removed_payload ALTER rule DROP NOT NULL, ALTER removal DROP NOT NULL");
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
            for (String forged : List.of(
                    "rule = 'other'",
                    "rule = NULL",
                    "removal = 3",
                    "removal = NULL",
                    "removal = " + (first - 1),
                    "removal = " + (second + 1))) {
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
}
