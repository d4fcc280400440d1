package io.iommuledger.bench;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Many producers, each of which waits for each of its records: the journal against SQLite in WAL mode with
 * {@code synchronous=FULL}. SQLite has one writer at a time; taking turns on one connection with a prepared statement is
 * faster than a connection each, which wait for each other in sleeps.
 */
final class JournalShared implements Benchmark {
    private static final int PRODUCERS = 64;
    private static final int RECORDS = 100;
    private static final int ROUNDS = 5;
    private static final int TURNS = 9;

    private final Path root;
    private long epoch;

    JournalShared(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "journal-64";
    }

    @Override
    public Target target() {
        return Target.atLeast(5, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        List<MapHistory.Recorded> facts =
                new MapHistory(new StreamId(new HostId("bench"), 1)).next(PRODUCERS * RECORDS);
        try (DataDirectory data = DataDirectory.create(root)) {
            return Turns.ratios(TURNS, () -> journal(data.path(), facts), () -> sqlite(data.path(), facts), progress);
        }
    }

    /** Goes through the facts several times, for it is soon done. */
    private double journal(Path data, List<MapHistory.Recorded> facts) throws Exception {
        try (Journal journal = Journals.begin(data.resolve("journal-" + ++epoch), epoch)) {
            double seconds = Together.seconds(PRODUCERS, producer -> {
                for (int i = 0; i < ROUNDS * RECORDS; i++) {
                    Journals.append(journal, facts.get(producer * RECORDS + i % RECORDS));
                    journal.sync();
                }
            });
            require(journal.log().nextSequence(), (long) ROUNDS * facts.size());
            return ROUNDS * facts.size() / seconds;
        }
    }

    private double sqlite(Path data, List<MapHistory.Recorded> facts) throws Exception {
        ReentrantLock turn = new ReentrantLock();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("sqlite-" + ++epoch));
                Statement statement = connection.createStatement()) {
            requireIs(statement, "PRAGMA journal_mode = WAL", "wal");
            statement.execute("PRAGMA synchronous = FULL");
            requireIs(statement, "PRAGMA synchronous", "2");
            statement.execute("CREATE TABLE record (sequence INTEGER PRIMARY KEY, monotonic INTEGER NOT NULL,"
                    + " wall INTEGER NOT NULL, payload BLOB NOT NULL)");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO record (monotonic, wall, payload) VALUES (?, ?, ?)")) {
                double seconds = Together.seconds(PRODUCERS, producer -> {
                    for (int i = 0; i < RECORDS; i++) {
                        turn.lock();
                        try {
                            insert(insert, facts.get(producer * RECORDS + i));
                        } finally {
                            turn.unlock();
                        }
                    }
                });
                try (ResultSet row = statement.executeQuery("SELECT count(*) FROM record")) {
                    row.next();
                    require(row.getLong(1), facts.size());
                }
                return facts.size() / seconds;
            }
        }
    }

    private static void insert(PreparedStatement insert, MapHistory.Recorded fact) throws SQLException {
        insert.setLong(1, fact.monotonicNanos());
        insert.setLong(2, fact.wallNanos());
        insert.setBytes(3, fact.bytes());
        insert.executeUpdate();
    }

    private static void requireIs(Statement statement, String pragma, String wanted) throws SQLException, IOException {
        try (ResultSet row = statement.executeQuery(pragma)) {
            row.next();
            if (!row.getString(1).equals(wanted)) {
                throw new IOException(pragma + " says " + row.getString(1) + ", not " + wanted);
            }
        }
    }

    private static void require(long records, long wanted) throws IOException {
        if (records != wanted) {
            throw new IOException(records + " records are durable, not " + wanted);
        }
    }
}
