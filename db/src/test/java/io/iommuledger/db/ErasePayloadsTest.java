package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
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
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.proof.Hash;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final String DIGEST = "ab".repeat(32);

    private TestStore store;
    private TreeLog kept;
    private Appender appender;
    private TreeKeeper keeper;
    private long now;
    private long sequence;
    private long ofRetention;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        store = new TestStore(directory);
        kept = new TreeLog(store.jdbc);
        appender = store.appender("eraser");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!appender.leads()) {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        keeper = store.treeKeeper(appender);
        keeper.start();
        now = System.currentTimeMillis() * 1_000_000;
    }

    @AfterEach
    void stop() {
        keeper.stop();
        appender.close();
        store.close();
    }

    @Test
    void payloadsGoWhenAllSaysThatTheyMayAndTheirPlacesStay() throws Exception {
        long first = fact(fault(1), now - 3 * DAY);
        long second = fact(fault(2), now - 3 * DAY);
        long held = fact(fault(3), now - 3 * DAY);
        long young = fact(fault(4), now - DAY / 2);
        long other = fact(new GroupFree(7), now - 3 * DAY);
        retention(new RuleSet(now, "p", Optional.empty(), "faults", EventClass.DMA_FAULTS, 2 * DAY / 1_000_000_000));
        retention(new HoldPlaced(
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
        long good = removal("faults", first + "-" + second, 2);
        long stopped = removal("faults", Long.toString(held), 1);
        long tooYoung = removal("faults", Long.toString(young), 1);
        long ofState = removal("faults", Long.toString(other), 1);
        long ofNoRule = removal("none", Long.toString(first), 1);
        long later = removal("faults", Long.toString(1_000_000), 1);

        refused("SELECT erase_payloads(" + good + ")", "no signed checkpoint has the removal");
        sign(later);
        Hash root = kept.proofs(later).root();
        List<StoredRecord> before = new EventLog(store.jdbc).records(0, later, 100);

        refused("SELECT erase_payloads(" + first + ")", "has no retention.removed");
        refused("SELECT erase_payloads(" + stopped + ")", "position " + held + " is under hold h1");
        refused("SELECT erase_payloads(" + tooYoung + ")", "was stored later");
        refused("SELECT erase_payloads(" + ofState + ")", "of type group.free");
        refused("SELECT erase_payloads(" + ofNoRule + ")", "rule 'none' is not in force");
        // It would see the holds of when its transaction began.
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(store.pool));
        for (int isolation : List.of(
                TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE)) {
            transaction.setIsolationLevel(isolation);
            assertThatExceptionOfType(DataAccessException.class)
                    .isThrownBy(() -> transaction.executeWithoutResult(status -> erase(good)))
                    .withStackTraceContaining("does not see the holds of this moment");
        }
        refused("SELECT erase_payloads_now(" + good + ")", "permission denied");
        assertThat(payload(first)).isNotEmpty();

        assertThat(erase(good)).isEqualTo(2);
        assertThat(erase(good)).as("what is done is done").isZero();
        assertThat(payload(first)).isEmpty();
        assertThat(payload(second)).isEmpty();
        assertThat(payload(held)).isNotEmpty();
        List<StoredRecord> after = new EventLog(store.jdbc).records(0, later, 100);
        for (int i = 0; i < before.size(); i++) {
            StoredRecord was = before.get(i);
            StoredRecord is = after.get(i);
            assertThat(List.of(is.position(), is.stream(), is.sequence(), is.type(), is.storedAtNanos()))
                    .isEqualTo(List.of(was.position(), was.stream(), was.sequence(), was.type(), was.storedAtNanos()));
            assertThat(is.removed()).isEqualTo(is.position() == first || is.position() == second);
        }
        new LogTree(store.jdbc).requireEqual();
        assertThat(kept.proofs(later).root())
                .as("the tree is the one that it was")
                .isEqualTo(root);
        assertThat(new EventLog(store.jdbc).at(List.of(first)).getFirst().removed())
                .contains(new EventLog.Removed("faults", good));

        retention(new HoldReleased(now, "p", Optional.empty(), "h1", "settled"));
        assertThat(erase(stopped)).as("the hold is over").isEqualTo(1);

        // What the login may not do by itself, and the owner not by mistake.
        refused("UPDATE event SET payload = '' WHERE position = " + other, "permission denied");
        refused("DELETE FROM event WHERE position = " + other, "permission denied");
        refused("INSERT INTO removed_payload VALUES (1, decode(repeat('ab', 32), 'hex'), 'r', 2)", "permission denied");
        refused("INSERT INTO retention_class VALUES ('dma-faults', 'group.free')", "permission denied");
        refused("SET ROLE remover_of_postgres", "permission denied");
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
        retention(new RuleSet(now, "p", Optional.empty(), "old", EventClass.HISTORY, 2 * DAY / 1_000_000_000));
        long without = removal("old", Long.toString(first), 1);
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
        retention(new HorizonSet(now, "p", Optional.empty(), young, "old", 3, snapshot, 1, digest));
        long thatIsKept = removal("old", Long.toString(first), 1);
        retention(new HorizonSet(now, "p", Optional.empty(), Long.MAX_VALUE, "old", 3, snapshot, 1, digest));
        long nowhere = removal("old", Long.toString(first), 1);
        retention(new HorizonSet(now, "p", Optional.empty(), second, "faults", 3, snapshot, 1, digest));
        long ofAnotherRule = removal("old", Long.toString(first), 1);
        retention(new HorizonSet(now, "p", Optional.empty(), second, "old", 3, snapshot, 1, "00".repeat(32)));
        long ofAnother = removal("old", Long.toString(first), 1);
        retention(new HorizonSet(now, "p", Optional.empty(), second, "old", 3, snapshot, 1, digest));
        long tooFar = removal("old", first + "-" + behind, 3);
        long good = removal("old", first + "-" + second, 2);
        refused("SELECT erase_payloads(" + good + ")", "no signed checkpoint has the removal");
        sign(good);

        refused("SELECT erase_payloads(" + without + ")", "no horizon is set");
        refused("SELECT erase_payloads(" + thatIsKept + ")", "rule 'old' keeps position " + young);
        refused("SELECT erase_payloads(" + nowhere + ")", "is at no earlier record of a host");
        refused("SELECT erase_payloads(" + ofAnotherRule + ")", "is set for rule 'faults'");
        refused("SELECT erase_payloads(" + ofAnother + ")", "is not the one that was stored for it");
        refused("SELECT erase_payloads(" + tooFar + ")", "is not of a host up to the horizon at position " + second);
        refused("UPDATE horizon_state SET content = '\\x00'", "permission denied");
        store.asOwner("UPDATE horizon_state SET content = '\\x010204'");
        refused("SELECT erase_payloads(" + good + ")", "is not the one that was stored for it");
        store.asOwner("UPDATE horizon_state SET content = '\\x010203'");
        assertThat(new Horizons(store.jdbc, new EventLog(store.jdbc)).inForce()).isEmpty();

        assertThat(erase(good)).isEqualTo(2);
        // Nothing of it needs the horizon to move any more.
        assertThat(erase(nowhere)).isZero();
        assertThat(payload(first)).isEmpty();
        assertThat(payload(behind)).isNotEmpty();
        assertThat(new Horizons(store.jdbc, new EventLog(store.jdbc)).inForce().map(Horizon::position))
                .contains(second);
        for (int number : new int[] {-1, 0}) {
            refused(
                    "INSERT INTO horizon_state (snapshot, part, position, host, of_rows, content)"
                            + " SELECT snapshot, " + number
                            + ", position, 'another', of_rows, content FROM horizon_state"
                            + " WHERE snapshot = (SELECT snapshot FROM horizon) LIMIT 1",
                    number < 0 ? "horizon_state_part" : "horizon_state_pkey");
        }
        refused(
                "INSERT INTO horizon (position, event, rule, fold, snapshot, parts, removal)"
                        + " VALUES (9, 9, 'r', 3, gen_random_uuid(), 1, 9)",
                "permission denied");
    }

    private void aRecordThatWasChangedIsNotRemovedAsIfItWereTheOneOfTheTree() throws Exception {
        long changed = fact(fault(9), now - 3 * DAY);
        long newest = removal("faults", Long.toString(changed), 1);
        sign(newest);
        refused("SELECT erase_payloads(" + newest + ")", "is the newest record of its stream");
        fact(fault(10), now);
        long removal = removal("faults", Long.toString(changed), 1);
        sign(removal);
        store.asOwner(
                "ALTER TABLE event DISABLE TRIGGER event_append_only",
                "UPDATE event SET payload = payload || '\\x00' WHERE position = " + changed,
                "ALTER TABLE event ENABLE TRIGGER event_append_only");
        refused("SELECT erase_payloads(" + removal + ")", "is not the record that the tree has");
    }

    private static Fact fault(long iova) {
        return new DmaFaulted(PciAddress.parse("0000:3b:00.0"), iova, true, "reason", iova);
    }

    private long fact(Fact fact, long storedAt) throws Exception {
        Stamp stamp = new Stamp(sequence, storedAt, storedAt, Optional.empty());
        NewEvent event = new NewEvent(
                "host/erased/1",
                sequence++,
                "Host",
                EventTypes.of(fact),
                null,
                storedAt,
                UUID.randomUUID(),
                FactCodec.encode(new RecordedFact(stamp, fact)),
                null,
                null);
        return appender.append(List.of(event)).get(10, TimeUnit.SECONDS);
    }

    private long retention(RetentionEvent event) throws Exception {
        NewEvent stored = new NewEvent(
                Retention.STREAM,
                ofRetention++,
                "Retention",
                EventTypes.of(event),
                "1",
                now,
                UUID.randomUUID(),
                RetentionCodec.encode(event),
                null,
                null);
        return appender.append(List.of(stored)).get(10, TimeUnit.SECONDS);
    }

    private long removal(String rule, String positions, long records) throws Exception {
        return retention(new PayloadsRemoved(now, "p", Optional.empty(), rule, positions, records, DIGEST));
    }

    /** A checkpoint of all that there is up to a position, by nobody's key: what stands in it is not looked at here. */
    private void sign(long position) throws Exception {
        new LogTree(store.jdbc).await(position);
        new TreeRows(store.pool)
                .keepCheckpoint(appender.term(), position, kept.proofs(position).root(), "key", "note");
    }

    private long erase(long removal) {
        return store.jdbc
                .sql("SELECT erase_payloads(" + removal + ")")
                .query(Long.class)
                .single();
    }

    private byte[] payload(long position) {
        return new EventLog(store.jdbc).at(List.of(position)).getFirst().payload();
    }

    private void refused(String statement, String why) {
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> store.jdbc.sql(statement).query().listOfRows())
                .withStackTraceContaining(why);
    }
}
