package io.iommuledger.db;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.PayloadRemoved;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the log as it stands in PostgreSQL, by position or by stream, without Axon in between. */
@Component
public class EventLog {
    private static final int PAGE = 1_000;
    /** For a query of one's own, with {@link #ENTRY}. */
    public static final String COLUMNS =
            "SELECT position, stream, sequence, stored_at, type, payload, removed_rule, removal, kept FROM event_log ";

    /** Those of who read. The types stand in the text, so that the index of just them is found to fit (V090). */
    public static final String ACCESSES = COLUMNS + "WHERE type IN ('access.began', 'access.read', 'access.ended') ";

    /**
     * That a record's payload was removed.
     *
     * @param rule of retention
     * @param at   position of the event that covers it
     */
    public record Removed(String rule, long at) {}

    /**
     * One record of the log.
     *
     * @param storedAtNanos when it was stored, since 1970
     * @param removed       if its payload was; the payload is empty then
     * @param kept          what stays of its payload then, of a record of an operation; else empty
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Entry(
            long position,
            String stream,
            long sequence,
            long storedAtNanos,
            String type,
            byte[] payload,
            Optional<Removed> removed,
            byte[] kept) {

        /** The payload, or what is kept of it. */
        public byte[] told() {
            return kept.length > 0 ? kept : payload;
        }

        /** As folds take it; empty if it is no record of a host. */
        public Optional<Logged> logged() {
            if (!StreamId.isStream(stream)) {
                return Optional.empty();
            }
            StreamId of = StreamId.parse(stream);
            try {
                return Optional.of(new Logged(position, of, Optional.of(FactCodec.decode(type, payload))));
            } catch (PayloadRemoved gone) {
                return Optional.of(Logged.removed(position, of));
            } catch (MalformedRecord unknown) {
                return Optional.of(new Logged(position, of, Optional.empty()));
            }
        }
    }

    public static final RowMapper<Entry> ENTRY = (row, number) -> new Entry(
            row.getLong("position"),
            row.getString("stream"),
            row.getLong("sequence"),
            row.getLong("stored_at"),
            row.getString("type"),
            row.getBytes("payload"),
            removed(row),
            nothingForNull(row.getBytes("kept")));

    private static final byte[] NOTHING = {};

    private static final String RECORDS =
            "SELECT position, stream, sequence, type, revision, stored_at, payload, leaf_hash, kept FROM event_log ";

    private static final RowMapper<StoredRecord> RECORD = (row, number) -> new StoredRecord(
            row.getLong("position"),
            row.getString("stream"),
            row.getLong("sequence"),
            row.getString("type"),
            Objects.requireNonNullElse(row.getString("revision"), ""),
            row.getLong("stored_at"),
            row.getBytes("payload"),
            nothingForNull(row.getBytes("leaf_hash")),
            nothingForNull(row.getBytes("kept")));

    /** A fact was brought by the first batch that does not end before it. */
    private static final String SIGNATURES =
            "SELECT stream, first_sequence, last_sequence, key, signature FROM batch_signature"
                    + " WHERE stream = :stream AND last_sequence >= :first AND first_sequence <= :last"
                    + " AND last_sequence <= coalesce((SELECT min(last_sequence) FROM batch_signature"
                    + " WHERE stream = :stream AND last_sequence >= :last), :last) ";

    private static final RowMapper<StoredSignature> SIGNATURE = (row, number) -> new StoredSignature(
            row.getString("stream"),
            row.getLong("first_sequence"),
            row.getLong("last_sequence"),
            row.getString("key"),
            row.getBytes("signature"));

    private final JdbcClient jdbc;

    public EventLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Entries above a position and up to another, both sides of the log's order, at most as many. */
    public List<Entry> between(long after, long upTo, int most) {
        return jdbc.sql(COLUMNS + "WHERE position > :after AND position <= :upTo ORDER BY position LIMIT :most")
                .param("after", after)
                .param("upTo", upTo)
                .param("most", most)
                .query(ENTRY)
                .list();
    }

    /** Entries at positions, in the log's order. */
    public List<Entry> at(List<Long> positions) {
        return jdbc.sql(COLUMNS + "WHERE position = ANY(:positions) ORDER BY position")
                .param("positions", positions.toArray(Long[]::new))
                .query(ENTRY)
                .list();
    }

    /** Records above a position and up to another, as they are exported and proven. */
    public List<StoredRecord> records(long after, long upTo, int most) {
        return jdbc.sql(RECORDS + "WHERE position > :after AND position <= :upTo ORDER BY position LIMIT :most")
                .param("after", after)
                .param("upTo", upTo)
                .param("most", most)
                .query(RECORD)
                .list();
    }

    /** Records at positions, in the log's order. */
    public List<StoredRecord> records(List<Long> positions) {
        return jdbc.sql(RECORDS + "WHERE position = ANY(:positions) ORDER BY position")
                .param("positions", positions.toArray(Long[]::new))
                .query(RECORD)
                .list();
    }

    /** Records of a stream from a sequence on and below another, in order. */
    public List<StoredRecord> records(String stream, long from, long below) {
        return jdbc.sql(RECORDS
                        + "WHERE stream = :stream AND sequence >= :from AND sequence < :below ORDER BY sequence")
                .param("stream", stream)
                .param("from", from)
                .param("below", below)
                .query(RECORD)
                .list();
    }

    /** Events of enrolment up to a position, as {@link #records}. */
    public List<StoredRecord> enrolmentRecords(long upTo) {
        return jdbc.sql(RECORDS + "WHERE stream >= 'enrolment/' AND stream < 'enrolment0' AND position <= :upTo"
                        + " ORDER BY position")
                .param("upTo", upTo)
                .query(RECORD)
                .list();
    }

    /**
     * Signatures of the batches that brought a stream's facts between two sequences, in order. The first ones may begin before
     * these facts, and the last one end behind them.
     *
     * @param after only those whose last sequence is above it
     */
    public List<StoredSignature> signatures(String stream, long first, long last, long after, int most) {
        return jdbc.sql(SIGNATURES + "AND last_sequence > :after ORDER BY last_sequence LIMIT :most")
                .param("stream", stream)
                .param("first", first)
                .param("last", last)
                .param("after", after)
                .param("most", most)
                .query(SIGNATURE)
                .list();
    }

    /** Those of {@link #signatures} that are over other facts too. */
    public List<StoredSignature> cutSignatures(String stream, long first, long last) {
        return jdbc.sql(SIGNATURES + "AND (first_sequence < :first OR last_sequence > :last) ORDER BY last_sequence")
                .param("stream", stream)
                .param("first", first)
                .param("last", last)
                .query(SIGNATURE)
                .list();
    }

    /** Every entry of a stream up to a position, in order. */
    public void readStream(String stream, long upToPosition, Consumer<Entry> reader) {
        readStream(stream, 0L, upToPosition, reader);
    }

    /** Every entry of a stream above a position, in order. */
    public void readStreamAfter(String stream, long position, Consumer<Entry> reader) {
        long first = jdbc.sql(
                        "SELECT coalesce((SELECT sequence + 1 FROM event_log WHERE stream = :stream AND position <="
                                + " :position ORDER BY sequence DESC LIMIT 1), 0)")
                .param("stream", stream)
                .param("position", position)
                .query(Long.class)
                .single();
        readStream(stream, first, Long.MAX_VALUE, reader);
    }

    private void readStream(String stream, long first, long upToPosition, Consumer<Entry> reader) {
        long next = first;
        List<Entry> page;
        do {
            page = jdbc.sql(COLUMNS + "WHERE stream = :stream AND sequence >= :next AND position <= :upTo"
                            + " ORDER BY sequence LIMIT :most")
                    .param("stream", stream)
                    .param("next", next)
                    .param("upTo", upToPosition)
                    .param("most", PAGE)
                    .query(ENTRY)
                    .list();
            page.forEach(reader);
            next = page.isEmpty() ? next : page.getLast().sequence() + 1;
        } while (page.size() == PAGE);
    }

    /** The bytes of a stream's entries from a sequence on and below another, in order. */
    public List<byte[]> payloads(String stream, long from, long below) {
        return jdbc.sql("SELECT payload FROM event_log WHERE stream = :stream AND sequence >= :from AND sequence <"
                        + " :below ORDER BY sequence")
                .param("stream", stream)
                .param("from", from)
                .param("below", below)
                .query((row, number) -> row.getBytes(1))
                .list();
    }

    /** What a stream has of policies: its beginning, if it has one, and every change, in order; not what was removed. */
    public List<byte[]> policies(StreamId stream) {
        return jdbc.sql("""
                        SELECT payload FROM (
                            SELECT sequence, payload FROM event_log
                                WHERE stream = :stream AND sequence = 0 AND payload <> ''
                            UNION ALL
                            SELECT sequence, payload FROM event_log
                                WHERE stream = :stream AND type = 'host.policies-changed' AND payload <> '') AS told
                        ORDER BY sequence
                        """)
                .param("stream", stream.toString())
                .query((row, number) -> row.getBytes(1))
                .list();
    }

    /** The epochs of a host that have facts, oldest first. */
    public List<StreamId> epochs(HostId host) {
        return jdbc
                .sql("SELECT stream FROM event_log WHERE stream LIKE :prefix AND sequence = 0")
                .param("prefix", "host/" + escaped(host) + "/%")
                .query(String.class)
                .list()
                .stream()
                .map(StreamId::parse)
                .filter(stream -> stream.host().equals(host))
                .sorted(Comparator.comparingLong(StreamId::epoch))
                .toList();
    }

    /** Every event of enrolment, host by host in order. */
    public List<Entry> enrolments() {
        return jdbc.sql(COLUMNS + "WHERE stream >= 'enrolment/' AND stream < 'enrolment0' ORDER BY stream, sequence")
                .query(ENTRY)
                .list();
    }

    /** The streams of all erasures. */
    public List<String> erasures() {
        return jdbc.sql(
                        "SELECT stream FROM event_log WHERE stream >= 'erasure/' AND stream < 'erasure0' AND sequence = 0"
                                + " ORDER BY position")
                .query(String.class)
                .list();
    }

    /** Position of the newest entry, -1 in an empty log. */
    public long head() {
        return jdbc.sql("SELECT coalesce(max(position), -1) FROM event_log")
                .query(Long.class)
                .single();
    }

    private static Optional<Removed> removed(ResultSet row) throws SQLException {
        String rule = row.getString("removed_rule");
        return rule == null ? Optional.empty() : Optional.of(new Removed(rule, row.getLong("removal")));
    }

    private static byte[] nothingForNull(byte @Nullable [] bytes) {
        return Objects.requireNonNullElse(bytes, NOTHING);
    }

    private static String escaped(HostId host) {
        return host.value().replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    }
}
