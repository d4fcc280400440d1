package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.proof.Hash;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The one function that removes payloads, called by the servers' login with whatever it should refuse. */
class ErasePayloadsTest {
    private static final long DAY = RemovingStore.DAY;

    private RemovingStore removing;
    private TestStore store;
    private long now;
    private long sequence;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        removing = new RemovingStore(directory);
        store = removing.store;
        now = removing.now;
    }

    @AfterEach
    void stop() {
        removing.close();
    }

    @Test
    void payloadsGoWhenAllSaysThatTheyMayAndTheirPlacesStay() throws Exception {
        long first = fact(fault(1), now - 3 * DAY);
        long second = fact(fault(2), now - 3 * DAY);
        long held = fact(fault(3), now - 3 * DAY);
        long young = fact(fault(4), now - DAY / 2);
        long other = fact(new GroupFree(7), now - 3 * DAY);
        removing.retention(
                new RuleSet(now, "p", Optional.empty(), "faults", EventClass.DMA_FAULTS, 2 * DAY / 1_000_000_000));
        removing.retention(new HoldPlaced(
                now,
                "p",
                Optional.empty(),
                "h1",
                "case",
                List.of(new HostId("erased")),
                OptionalLong.of(held),
                OptionalLong.of(held),
                OptionalLong.empty(),
                OptionalLong.empty()));
        long good = removing.removal("faults", first + "-" + second, 2);
        long stopped = removing.removal("faults", Long.toString(held), 1);
        long tooYoung = removing.removal("faults", Long.toString(young), 1);
        long ofState = removing.removal("faults", Long.toString(other), 1);
        long ofNoRule = removing.removal("none", Long.toString(first), 1);
        long later = removing.removal("faults", Long.toString(1_000_000), 1);

        removing.refused("SELECT erase_payloads(" + good + ")", "no signed checkpoint has the removal");
        removing.sign(later);
        Hash root = removing.tree.proofs(later).root();
        List<StoredRecord> before = removing.log.records(0, later, 100);

        removing.refused("SELECT erase_payloads(" + first + ")", "has no retention.removed");
        removing.refused("SELECT erase_payloads(" + stopped + ")", "position " + held + " is under hold h1");
        removing.refused("SELECT erase_payloads(" + tooYoung + ")", "was stored later");
        removing.refused("SELECT erase_payloads(" + ofState + ")", "of type group.free");
        removing.refused("SELECT erase_payloads(" + ofNoRule + ")", "rule 'none' is not in force");
        // It would see the holds of when its transaction began.
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(store.pool));
        for (int isolation : List.of(
                TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE)) {
            transaction.setIsolationLevel(isolation);
            assertThatExceptionOfType(DataAccessException.class)
                    .isThrownBy(() -> transaction.executeWithoutResult(status -> removing.erase(good)))
                    .withStackTraceContaining("does not see the holds of this moment");
        }
        removing.refused("SELECT erase_payloads_now(" + good + ")", "permission denied");
        assertThat(removing.payload(first)).isNotEmpty();

        assertThat(removing.erase(good)).isEqualTo(2);
        assertThat(removing.erase(good)).as("what is done is done").isZero();
        assertThat(removing.payload(first)).isEmpty();
        assertThat(removing.payload(second)).isEmpty();
        assertThat(removing.payload(held)).isNotEmpty();
        List<StoredRecord> after = removing.log.records(0, later, 100);
        for (int i = 0; i < before.size(); i++) {
            StoredRecord was = before.get(i);
            StoredRecord is = after.get(i);
            assertThat(List.of(is.position(), is.stream(), is.sequence(), is.type(), is.storedAtNanos()))
                    .isEqualTo(List.of(was.position(), was.stream(), was.sequence(), was.type(), was.storedAtNanos()));
            assertThat(is.removed()).isEqualTo(is.position() == first || is.position() == second);
        }
        new LogTree(store.jdbc).requireEqual();
        assertThat(removing.tree.proofs(later).root())
                .as("the tree is the one that it was")
                .isEqualTo(root);
        assertThat(removing.log.at(List.of(first)).getFirst().removed()).contains(new EventLog.Removed("faults", good));

        removing.retention(new HoldReleased(now, "p", Optional.empty(), "h1", "settled"));
        assertThat(removing.erase(stopped)).as("the hold is over").isEqualTo(1);

        // What the login may not do by itself, and the owner not by mistake.
        removing.refused("UPDATE event SET payload = '' WHERE position = " + other, "permission denied");
        removing.refused("DELETE FROM event WHERE position = " + other, "permission denied");
        removing.refused(
                "INSERT INTO removed_payload VALUES (1, decode(repeat('ab', 32), 'hex'), 'r', 2)", "permission denied");
        removing.refused("INSERT INTO retention_class VALUES ('dma-faults', 'group.free')", "permission denied");
        removing.refused("SET ROLE remover_of_postgres", "permission denied");
        assertThatExceptionOfType(java.sql.SQLException.class)
                .isThrownBy(() -> store.asOwner("UPDATE event SET payload = '' WHERE position = " + other))
                .withMessageContaining("append-only");
        assertThatExceptionOfType(java.sql.SQLException.class)
                .isThrownBy(() -> store.asOwner("DELETE FROM removed_payload"))
                .withMessageContaining("append-only");
        aRecordThatWasChangedIsNotRemovedAsIfItWereTheOneOfTheTree();
    }

    @Test
    void whatStateRestsOnGoesUpToAHorizonAtWhichTheStateIsTheOneThatIsSignedFor() throws Exception {
        assertThat(store.jdbc
                        .sql("SELECT type FROM retention_class WHERE event_class = 'history'")
                        .query(String.class)
                        .list())
                .as("the database has the class as the code has it")
                .containsExactlyInAnyOrderElementsOf(EventClass.HISTORY.types());
        long first = fact(new GroupFree(1), now - 3 * DAY);
        long second = fact(new GroupFree(2), now - 3 * DAY);
        long behind = fact(new GroupFree(3), now - 3 * DAY);
        long young = fact(new GroupFree(4), now);
        removing.retention(new RuleSet(now, "p", Optional.empty(), "old", EventClass.HISTORY, 2 * DAY / 1_000_000_000));
        long without = removing.removal("old", Long.toString(first), 1);
        UUID snapshot = UUID.randomUUID();
        byte[] part = {1, 2, 3};
        store.jdbc
                .sql("INSERT INTO horizon_state (snapshot, part, position, host, of_rows, content)"
                        + " VALUES (:id, 0, :at, 'erased', false, :part)")
                .param("id", snapshot)
                .param("at", second)
                .param("part", part)
                .update();
        String digest =
                HexFormat.of().formatHex(Sha256.begun().digest(Sha256.begun().digest(part)));
        removing.retention(new HorizonSet(now, "p", Optional.empty(), young, "old", 3, snapshot, 1, digest));
        long thatIsKept = removing.removal("old", Long.toString(first), 1);
        removing.retention(new HorizonSet(now, "p", Optional.empty(), Long.MAX_VALUE, "old", 3, snapshot, 1, digest));
        long nowhere = removing.removal("old", Long.toString(first), 1);
        removing.retention(new HorizonSet(now, "p", Optional.empty(), second, "faults", 3, snapshot, 1, digest));
        long ofAnotherRule = removing.removal("old", Long.toString(first), 1);
        removing.retention(new HorizonSet(now, "p", Optional.empty(), second, "old", 3, snapshot, 1, "00".repeat(32)));
        long ofAnother = removing.removal("old", Long.toString(first), 1);
        removing.retention(new HorizonSet(now, "p", Optional.empty(), second, "old", 3, snapshot, 1, digest));
        long tooFar = removing.removal("old", first + "-" + behind, 3);
        long good = removing.removal("old", first + "-" + second, 2);
        removing.refused("SELECT erase_payloads(" + good + ")", "no signed checkpoint has the removal");
        removing.sign(good);

        removing.refused("SELECT erase_payloads(" + without + ")", "no horizon is set");
        removing.refused("SELECT erase_payloads(" + thatIsKept + ")", "rule 'old' keeps position " + young);
        removing.refused("SELECT erase_payloads(" + nowhere + ")", "is at no earlier record of a host");
        removing.refused("SELECT erase_payloads(" + ofAnotherRule + ")", "is set for rule 'faults'");
        removing.refused("SELECT erase_payloads(" + ofAnother + ")", "is not the one that was stored for it");
        removing.refused(
                "SELECT erase_payloads(" + tooFar + ")", "is not of a host up to the horizon at position " + second);
        removing.refused("UPDATE horizon_state SET content = '\\x00'", "permission denied");
        store.asOwner("UPDATE horizon_state SET content = '\\x010204'");
        removing.refused("SELECT erase_payloads(" + good + ")", "is not the one that was stored for it");
        store.asOwner("UPDATE horizon_state SET content = '\\x010203'");
        assertThat(new Horizons(store.jdbc, removing.log).inForce()).isEmpty();

        assertThat(removing.erase(good)).isEqualTo(2);
        // Nothing of it needs the horizon to move any more.
        assertThat(removing.erase(nowhere)).isZero();
        assertThat(removing.payload(first)).isEmpty();
        assertThat(removing.payload(behind)).isNotEmpty();
        assertThat(new Horizons(store.jdbc, removing.log).inForce().map(Horizon::position))
                .contains(second);
        for (int number : new int[] {-1, 0}) {
            removing.refused(
                    "INSERT INTO horizon_state (snapshot, part, position, host, of_rows, content)"
                            + " SELECT snapshot, " + number
                            + ", position, 'another', of_rows, content FROM horizon_state"
                            + " WHERE snapshot = (SELECT snapshot FROM horizon) LIMIT 1",
                    number < 0 ? "horizon_state_part" : "horizon_state_pkey");
        }
        removing.refused(
                "INSERT INTO horizon (position, event, rule, fold, snapshot, parts, removal)"
                        + " VALUES (9, 9, 'r', 3, gen_random_uuid(), 1, 9)",
                "permission denied");
    }

    private void aRecordThatWasChangedIsNotRemovedAsIfItWereTheOneOfTheTree() throws Exception {
        long changed = fact(fault(9), now - 3 * DAY);
        long newest = removing.removal("faults", Long.toString(changed), 1);
        removing.sign(newest);
        removing.refused("SELECT erase_payloads(" + newest + ")", "is the newest record of its stream");
        fact(fault(10), now);
        long removal = removing.removal("faults", Long.toString(changed), 1);
        removing.sign(removal);
        store.asOwner(
                "ALTER TABLE event DISABLE TRIGGER event_append_only",
                "UPDATE event SET payload = payload || '\\x00' WHERE position = " + changed,
                "ALTER TABLE event ENABLE TRIGGER event_append_only");
        removing.refused("SELECT erase_payloads(" + removal + ")", "is not the record that the tree has");
    }

    private static Fact fault(long iova) {
        return new DmaFaulted(PciAddress.parse("0000:3b:00.0"), iova, true, "reason", iova);
    }

    private long fact(Fact fact, long storedAt) throws Exception {
        Stamp stamp = new Stamp(sequence, storedAt, storedAt, Optional.empty());
        byte[] payload = FactCodec.encode(new RecordedFact(stamp, fact));
        return removing.append("host/erased/1", sequence++, "Host", EventTypes.of(fact), storedAt, payload);
    }
}
