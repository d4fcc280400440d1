package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.DataAccessException;

/** A log from which payloads are removed, with the tree over it; by the servers' login. */
final class RemovingStore implements AutoCloseable {
    static final long DAY = TimeUnit.DAYS.toNanos(1);

    final TestStore store;
    final TreeLog tree;
    final EventLog log;

    /** Since 1970, nanoseconds. */
    final long now = System.currentTimeMillis() * 1_000_000;

    private final Appender appender;
    private final TreeKeeper keeper;
    private long ofRetention;

    RemovingStore(Path directory) throws Exception {
        store = new TestStore(directory);
        tree = new TreeLog(store.jdbc);
        log = new EventLog(store.jdbc);
        appender = store.appender("eraser");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!appender.leads()) {
            assertThat(System.nanoTime() - end).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        keeper = store.treeKeeper(appender);
        keeper.start();
    }

    long append(String stream, long sequence, String streamType, String type, long storedAt, byte[] payload)
            throws Exception {
        NewEvent event = new NewEvent(
                stream, sequence, streamType, type, null, storedAt, UUID.randomUUID(), payload, null, null);
        return appender.append(List.of(event)).get(10, TimeUnit.SECONDS);
    }

    long retention(RetentionEvent event) throws Exception {
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

    /** As a leader records it. */
    long removal(String rule, String positions, long records) throws Exception {
        MessageDigest digest = Sha256.begun();
        for (Positions.Span span : Positions.parse(positions)) {
            for (StoredRecord record : log.records(span.first() - 1, span.last(), Integer.MAX_VALUE)) {
                digest.update(Sha256.begun().digest(left(record).encoded()));
            }
        }
        return removal(rule, positions, records, HexFormat.of().formatHex(digest.digest()));
    }

    long removal(String rule, String positions, long records, String digest) throws Exception {
        return retention(new PayloadsRemoved(now, "p", Optional.empty(), rule, positions, records, digest));
    }

    private static StoredRecord left(StoredRecord record) {
        try {
            return record.removed()
                    ? record
                    : record.withoutPayload(
                            new TreeHasher().leaf(record.encoded()).bytes());
        } catch (MalformedRecord ofWhichNothingMayGo) {
            return record;
        }
    }

    /** A checkpoint of all that there is up to a position, by nobody's key: what stands in it is not looked at here. */
    void sign(long position) throws Exception {
        new LogTree(store.jdbc).await(position);
        new TreeRows(store.pool)
                .keepCheckpoint(appender.term(), position, tree.proofs(position).root(), "key", "note");
    }

    long erase(long removal) {
        return store.jdbc
                .sql("SELECT erase_payloads(" + removal + ")")
                .query(Long.class)
                .single();
    }

    byte[] payload(long position) {
        return log.at(List.of(position)).getFirst().payload();
    }

    void refused(String statement, String why) {
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> store.jdbc.sql(statement).query().listOfRows())
                .withStackTraceContaining(why);
    }

    @Override
    public void close() {
        keeper.stop();
        appender.close();
        store.close();
    }
}
