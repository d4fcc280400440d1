package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Removed;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.source.Unreadable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Removals that the log tells of, by rules, holds and horizons that allow them or do not. */
class RemovalRulesTest extends RemovingLog {
    private static final long HOUR = DAY / 24;
    private static final int MANY = 2_000;

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

    /** By whoever can write to the database, who puts some more there for company. */
    @Test
    void aRemovalAtATimeThatWasYetToComeIsTampering() throws Exception {
        long stored = log.records.get(positions.getFirst().intValue() - 1).storedAtNanos();
        retention(RULE, stored + HOUR);
        removed(positions, later);
        retention(RULE, later);
        for (int record = 0; record < MANY; record++) {
            retention(RULE, stored + 2 * HOUR);
        }
        assertRefused("by when records behind it were stored");
    }

    /** By whoever can write any number there. */
    @Test
    void aRemovalAtATimeThatNoClockSaysIsTampering() throws Exception {
        retention(RULE, later);
        removed(positions, Long.MIN_VALUE + 1);
        assertRefused("which were not over");
    }

    @Test
    void aRecordAtATimeThatNoClockSaysAllowsNoRemoval() throws Exception {
        long stored = log.records.get(positions.getFirst().intValue() - 1).storedAtNanos();
        retention(RULE, stored + HOUR);
        removed(positions, stored + HOUR);
        for (int record = 0; record < MANY; record++) {
            retention(RULE, record % 2 == 0 ? Long.MAX_VALUE : stored + 2 * HOUR);
        }
        assertRefused("which were not over");
    }

    /** For one record, before and behind which it was right. */
    @Test
    void aClockThatWasWrongIsNoTampering() throws Exception {
        removal(positions);
        retention(RULE, later - HOUR / 2);
        retention(RULE, 1);
        for (int record = 0; record < MANY; record++) {
            retention(RULE, later - HOUR / 2);
        }
        assertThat(afterTaking(positions, log.records.size()).findings()).isEmpty();
    }

    /** Nothing behind it says what time it was. */
    @Test
    void aRemovalAtATimeThatIsYetToComeIsNotChecked() throws Exception {
        retention(RULE, later);
        removed(positions, TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) + DAY);
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> afterTaking(positions, log.records.size()))
                .withMessageContaining("is yet to come");
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
        retention(hold(List.of(), OptionalLong.of(positions.getLast())), later);
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

    /** By whoever can append, and then tells of another removal of the same records, as they are by then. */
    @Test
    void whatIsKeptAndWasChangedIsNotMendedByALaterRemoval() throws Exception {
        ofOperations();
        removed(positions, later);
        List<StoredRecord> whole = new ArrayList<>(log.records);
        take(positions);
        int at = positions.get(2).intValue() - 1;
        StoredRecord left = log.records.get(at);
        StoredRecord another = log.records.get(positions.get(3).intValue() - 1);
        log.records.set(at, keeping(left, left.leafHash(), another.kept()));
        removed(positions, later);
        whole.add(log.records.getLast());
        assertThat(verified(SampleLog.checkpoint(whole)).findings())
                .singleElement()
                .satisfies(bad -> assertThat(List.of(bad.first(), bad.last(), bad.evidence()))
                        .isEqualTo(List.of(positions.getFirst(), positions.getLast(), Evidence.REMOVAL)));
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
        retention(hold(List.of(new HostId("another")), OptionalLong.empty()), later);
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

    /** Whether or not anybody has carried it out: nobody may tell what is not so. */
    @Test
    void aRemovalThatIsNotSoIsTamperingThoughItsRecordsWentByAnother() throws Exception {
        removal(positions);
        retention(
                new PayloadsRemoved(1, "p", Optional.empty(), "none", "1-9223372036854775806", 1, "ab".repeat(32)),
                later);
        assertRefused("no rule 'none' was in force");
    }

    private static HoldPlaced hold(List<HostId> hosts, OptionalLong fromPosition) {
        return new HoldPlaced(
                1,
                "p",
                Optional.empty(),
                "h1",
                "case",
                hosts,
                fromPosition,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
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

    private void assertRefused(String why) throws Exception {
        Report report = afterTaking(positions, log.records.size());
        assertThat(report.tampered()).isTrue();
        assertThat(report.findings())
                .anySatisfy(finding -> assertThat(finding.text()).contains(why));
    }
}
