package io.iommuledger.db.append;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The appender's own connection. The leader's lock is held on it, so that a lock that is free proves that no append of
 * its former holder is under way. Each call is a transaction of its own, in one round trip.
 */
final class Session implements AutoCloseable {
    private static final String APPEND = "SELECT append_events(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Connection connection;
    private final PreparedStatement append;

    /**
     * Who leads.
     *
     * @param mine         whether this session does
     * @param silentMillis since the leader was last heard of
     */
    record Lead(boolean mine, long term, String leader, long silentMillis) {}

    Session(Connection connection) throws SQLException {
        this.connection = connection;
        this.append = connection.prepareStatement(APPEND);
    }

    /** Leads from now on if nobody else does. */
    Lead take(String name) throws SQLException {
        try (PreparedStatement take = connection.prepareStatement("SELECT * FROM take_lead(?)")) {
            take.setString(1, name);
            try (ResultSet row = take.executeQuery()) {
                row.next();
                return new Lead(row.getBoolean(1), row.getLong(2), row.getString(3), row.getLong(4));
            }
        }
    }

    /** @return whether this session still leads */
    boolean renew(long term) throws SQLException {
        return ask("SELECT renew_lead(?)", term);
    }

    /** Ends the session that leads in a term, if there is one still. */
    boolean end(long term) throws SQLException {
        return ask("SELECT end_lead(?)", term);
    }

    long head() throws SQLException {
        try (PreparedStatement head = connection.prepareStatement("SELECT coalesce(max(position), 0) FROM event_log");
                ResultSet row = head.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    void append(long term, long firstPosition, List<NewEvent> events) throws SQLException {
        int size = events.size();
        String[] streams = new String[size];
        long[] sequences = new long[size];
        @Nullable String[] streamTypes = new String[size];
        String[] types = new String[size];
        @Nullable String[] revisions = new String[size];
        long[] storedAts = new long[size];
        List<UUID> ids = new ArrayList<>(size);
        byte[][] payloads = new byte[size][];
        byte @Nullable [][] metadatas = new byte[size][];
        for (int i = 0; i < size; i++) {
            NewEvent event = events.get(i);
            streams[i] = event.stream();
            sequences[i] = event.sequence();
            streamTypes[i] = event.streamType();
            types[i] = event.type();
            revisions[i] = event.revision();
            storedAts[i] = event.storedAtNanos();
            ids.add(event.id());
            payloads[i] = event.payload();
            metadatas[i] = event.metadata();
        }
        append.setLong(1, term);
        append.setLong(2, firstPosition);
        append.setArray(3, connection.createArrayOf("text", streams));
        append.setObject(4, sequences);
        append.setArray(5, connection.createArrayOf("text", streamTypes));
        append.setArray(6, connection.createArrayOf("text", types));
        append.setArray(7, connection.createArrayOf("text", revisions));
        append.setObject(8, storedAts);
        append.setObject(9, new UuidArray(ids));
        append.setArray(10, connection.createArrayOf("bytea", payloads));
        append.setArray(11, connection.createArrayOf("bytea", metadatas));
        setSignatures(events);
        append.execute();
    }

    private void setSignatures(List<NewEvent> events) throws SQLException {
        List<NewEvent> last =
                events.stream().filter(event -> event.signature() != null).toList();
        List<BatchSignature> signatures =
                last.stream().map(NewEvent::signature).filter(Objects::nonNull).toList();
        append.setArray(
                12,
                connection.createArrayOf(
                        "text", last.stream().map(NewEvent::stream).toArray()));
        append.setObject(
                13, signatures.stream().mapToLong(BatchSignature::firstSequence).toArray());
        append.setObject(14, last.stream().mapToLong(NewEvent::sequence).toArray());
        append.setArray(
                15,
                connection.createArrayOf(
                        "text", signatures.stream().map(BatchSignature::key).toArray()));
        append.setArray(
                16,
                connection.createArrayOf(
                        "bytea",
                        signatures.stream().map(BatchSignature::signature).toArray(byte[][]::new)));
    }

    /** Whether these very events stand in the log, each at its sequence: where the last one is, -1 if they do not. */
    long positionOf(List<NewEvent> events) throws SQLException {
        Map<Place, NewEvent> wanted = new HashMap<>();
        events.forEach(event -> wanted.put(new Place(event.stream(), event.sequence()), event));
        String query = "SELECT position, l.stream, l.sequence, event_id, payload FROM event_log l"
                + " JOIN unnest(?, ?) AS w (stream, sequence) ON w.stream = l.stream AND w.sequence = l.sequence";
        try (PreparedStatement read = connection.prepareStatement(query)) {
            read.setArray(
                    1,
                    connection.createArrayOf(
                            "text", events.stream().map(NewEvent::stream).toArray()));
            read.setObject(2, events.stream().mapToLong(NewEvent::sequence).toArray());
            List<Long> positions = new ArrayList<>();
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    NewEvent event = wanted.remove(new Place(row.getString(2), row.getLong(3)));
                    if (event == null
                            || !event.id().equals(row.getObject(4))
                            || !Arrays.equals(event.payload(), row.getBytes(5))) {
                        return -1;
                    }
                    positions.add(row.getLong(1));
                }
            }
            return wanted.isEmpty()
                    ? positions.stream().mapToLong(Long::longValue).max().orElse(-1)
                    : -1;
        }
    }

    boolean broken() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** Gives the lead back at once: PostgreSQL notices the end of a connection a little later. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!connection.isClosed()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT pg_advisory_unlock_all()");
                }
            }
        }
    }

    private record Place(String stream, long sequence) {}

    private boolean ask(String question, long term) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setLong(1, term);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
