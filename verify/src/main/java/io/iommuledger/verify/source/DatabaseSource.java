package io.iommuledger.verify.source;

import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.horizon.HorizonParts;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** A live database, read as it stood at one moment, by a login that may only read. */
public final class DatabaseSource implements RecordSource {
    private static final byte[] COPY_HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int COPY_HEADER_BYTES = COPY_HEADER.length + 2 * Integer.BYTES;
    private static final int COPY_TRAILER_BYTES = Short.BYTES;
    private static final byte[] NOTHING = {};

    private static final String HOSTS = "host/";
    private static final String LEAF_HASH = "leaf_hash";
    private static final String KEPT = "kept";

    private final String url;
    private final Sessions sessions;
    private final Connection asking;
    private final CopyOut copy;
    private final String leafHash;
    private final String kept;
    private final long total;
    private long done;
    private boolean strayAsked;
    private Optional<byte[]> ahead = Optional.empty();

    private DatabaseSource(String url, Sessions sessions) throws SQLException {
        this.url = Secrets.hiddenUrl(url);
        this.sessions = sessions;
        this.asking = sessions.asking();
        this.total = records(asking);
        this.leafHash = column(asking, LEAF_HASH);
        this.kept = column(asking, KEPT);
        this.copy = sessions.copying().unwrap(PGConnection.class).getCopyAPI().copyOut(CopiedRow.copy(leafHash, kept));
        ahead = row();
    }

    /** @throws Unreadable if the database does not answer, or does not let the login read */
    public static DatabaseSource open(String url, String user, String password) throws Unreadable {
        try {
            Sessions sessions = Sessions.open(url, user, password);
            try {
                return new DatabaseSource(url, sessions);
            } catch (SQLException e) {
                sessions.close();
                throw e;
            }
        } catch (SQLException e) {
            throw unreadable(url, e);
        }
    }

    private static long records(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM event_log")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** A database of before there was retention, or that of operations, does not have it. */
    private static String column(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT EXISTS (SELECT FROM pg_attribute"
                + " WHERE attrelid = to_regclass('event_log') AND attname = ?)")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1) ? name : "NULL::bytea";
            }
        }
    }

    @Override
    public String name() {
        return url;
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public Optional<String> damage() {
        return done == total
                ? Optional.empty()
                : Optional.of("event_log counts " + total + " rows, and gives " + done + " when it is read");
    }

    @Override
    public Optional<Portion> next() throws Unreadable {
        try {
            if (ahead.isEmpty()) {
                return stray();
            }
            List<byte[]> rows = rows();
            List<StoredSignature> signatures = signatures(rows);
            return Optional.of(() -> Block.of(
                    rows.stream().map(row -> CopiedRow.record(row).encoded()).toList(), signatures));
        } catch (SQLException e) {
            throw unreadable(url, e);
        }
    }

    private List<byte[]> rows() throws SQLException {
        List<byte[]> rows = new ArrayList<>(Block.POSITIONS);
        long bytes = 0;
        long number = Block.number(CopiedRow.position(ahead.orElseThrow()));
        while (rows.size() < Block.POSITIONS && ahead.isPresent()) {
            byte[] row = ahead.get();
            long position = CopiedRow.position(row);
            if (Block.number(position) != number || Block.enough(bytes, position)) {
                break;
            }
            rows.add(row);
            bytes += row.length;
            ahead = row();
        }
        done += rows.size();
        return rows;
    }

    private Optional<byte[]> row() throws SQLException {
        byte[] row = copy.readFromCopy();
        if (row == null) {
            return Optional.empty();
        }
        byte[] bare = beginsCopy(row) ? Arrays.copyOfRange(row, COPY_HEADER_BYTES, row.length) : row;
        return bare.length == COPY_TRAILER_BYTES && ByteBuffer.wrap(bare).getShort() == -1 ? row() : Optional.of(bare);
    }

    private static boolean beginsCopy(byte[] row) {
        return row.length >= COPY_HEADER_BYTES
                && Arrays.equals(row, 0, COPY_HEADER.length, COPY_HEADER, 0, COPY_HEADER.length);
    }

    /** Sequences of a stream among some rows. */
    private record Span(long first, long last) {
        Span and(Span other) {
            return new Span(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    private List<StoredSignature> signatures(List<byte[]> rows) throws SQLException {
        Map<String, Span> spans = new TreeMap<>();
        for (byte[] row : rows) {
            StoredRecord record = CopiedRow.record(row);
            if (record.stream().startsWith(HOSTS)) {
                spans.merge(record.stream(), new Span(record.sequence(), record.sequence()), Span::and);
            }
        }
        synchronized (asking) {
            try (PreparedStatement select =
                    asking.prepareStatement("SELECT b.stream, b.first_sequence, b.last_sequence,"
                            + " b.key, b.signature FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS s (stream, first, last)"
                            + " JOIN batch_signature b ON b.stream = s.stream AND b.last_sequence BETWEEN s.first AND s.last"
                            + " JOIN event_log e ON e.stream = b.stream AND e.sequence = b.last_sequence")) {
                select.setArray(1, asking.createArrayOf("text", spans.keySet().toArray()));
                select.setObject(
                        2, spans.values().stream().mapToLong(Span::first).toArray());
                select.setObject(
                        3, spans.values().stream().mapToLong(Span::last).toArray());
                return signatures(select);
            }
        }
    }

    private static List<StoredSignature> signatures(PreparedStatement select) throws SQLException {
        List<StoredSignature> signatures = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                signatures.add(
                        new StoredSignature(text(row, 1), row.getLong(2), row.getLong(3), text(row, 4), bytes(row, 5)));
            }
        }
        return signatures;
    }

    /** As {@link CopiedRow}: nothing, for NULL. */
    static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }

    static byte[] bytes(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getBytes(column), NOTHING);
    }

    /** Signatures whose facts are not there. */
    private Optional<Portion> stray() throws SQLException {
        if (strayAsked) {
            return Optional.empty();
        }
        strayAsked = true;
        List<StoredSignature> stray;
        synchronized (asking) {
            try (PreparedStatement select = asking.prepareStatement("SELECT stream, first_sequence, last_sequence, key,"
                    + " signature FROM batch_signature b WHERE NOT EXISTS (SELECT FROM event_log e"
                    + " WHERE e.stream = b.stream AND e.sequence = b.last_sequence) ORDER BY stream, last_sequence"
                    + " LIMIT " + Block.POSITIONS)) {
                stray = signatures(select);
            }
        }
        return stray.isEmpty() ? Optional.empty() : Optional.of(() -> Block.of(List.of(), stray));
    }

    @Override
    public List<byte[]> records(long first, long last) throws Unreadable {
        List<byte[]> records = new ArrayList<>();
        synchronized (asking) {
            try (PreparedStatement select = asking.prepareStatement("SELECT position, stream, sequence, type,"
                    + " revision, stored_at, payload, " + leafHash + ", " + kept + " FROM event_log"
                    + " WHERE position BETWEEN ? AND ? ORDER BY position")) {
                select.setLong(1, first);
                select.setLong(2, last);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        records.add(new StoredRecord(
                                        row.getLong(1),
                                        text(row, 2),
                                        row.getLong(3),
                                        text(row, 4),
                                        text(row, 5),
                                        row.getLong(6),
                                        bytes(row, 7),
                                        bytes(row, 8),
                                        bytes(row, 9))
                                .encoded());
                    }
                }
                return records;
            } catch (SQLException e) {
                throw unreadable(url, e);
            }
        }
    }

    @Override
    public List<byte[]> payloads(String stream, long first, long last) throws Unreadable {
        List<byte[]> payloads = new ArrayList<>();
        synchronized (asking) {
            try (PreparedStatement select = asking.prepareStatement(
                    "SELECT payload FROM event_log WHERE stream = ? AND sequence BETWEEN ? AND ? ORDER BY sequence")) {
                select.setString(1, stream);
                select.setLong(2, first);
                select.setLong(3, last);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        payloads.add(bytes(row, 1));
                    }
                }
                return payloads;
            } catch (SQLException e) {
                throw unreadable(url, e);
            }
        }
    }

    @Override
    public Optional<InForce> horizonInForce() throws Unreadable {
        synchronized (asking) {
            try {
                return StoredHorizon.inForce(asking);
            } catch (SQLException e) {
                throw unreadable(url, e);
            }
        }
    }

    @Override
    public HorizonParts horizonState(long position, UUID snapshot, int parts) throws Unreadable {
        synchronized (asking) {
            try {
                return StoredHorizon.state(asking, position, snapshot, parts);
            } catch (SQLException e) {
                throw unreadable(url, e);
            }
        }
    }

    @Override
    public List<Beside> removedOtherwise(List<Positions.Span> spans, String rule, long removal) throws Unreadable {
        List<Beside> otherwise = new ArrayList<>();
        if (!leafHash.equals(LEAF_HASH)) {
            return otherwise;
        }
        synchronized (asking) {
            try (PreparedStatement select = asking.prepareStatement("SELECT e.position, e.removed_rule, e.removal"
                    + " FROM unnest(?::bigint[], ?::bigint[]) AS s (first, last)"
                    + " JOIN event_log e ON e.position BETWEEN s.first AND s.last"
                    + " WHERE e.leaf_hash IS NOT NULL AND (e.removed_rule, e.removal) IS DISTINCT FROM (?, ?)"
                    + " ORDER BY e.position")) {
                select.setObject(
                        1, spans.stream().mapToLong(Positions.Span::first).toArray());
                select.setObject(
                        2, spans.stream().mapToLong(Positions.Span::last).toArray());
                select.setString(3, rule);
                select.setLong(4, removal);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        otherwise.add(new Beside(row.getLong(1), text(row, 2), row.getLong(3)));
                    }
                }
                return otherwise;
            } catch (SQLException e) {
                throw unreadable(url, e);
            }
        }
    }

    @Override
    public StoredProofs proofs() throws Unreadable {
        return StoredTree.of(url, asking);
    }

    @Override
    public void close() {
        sessions.close();
    }

    static Unreadable unreadable(String url, SQLException e) {
        String shown = Secrets.hiddenUrl(url);
        String why = Objects.requireNonNullElse(e.getMessage(), e.toString()).replace(url, shown);
        return new Unreadable(shown + " cannot be read: " + why, e);
    }
}
