package io.iommuledger.verify;

import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.BatchSignature;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.source.DatabaseSource;
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL with a log in it, of which a superuser makes copies and does to them what he likes. */
final class TestDatabase implements AutoCloseable {
    private static final String LOG = "postgres";
    private static final int AT_ONCE = 500;

    private final EmbeddedServer server;
    private int copies;

    TestDatabase(Path directory, SampleLog log) throws Exception {
        server = EmbeddedServer.start(directory);
        Database.open(server.address()).close();
        append(log);
        execute(
                LOG,
                "ALTER TABLE event DISABLE TRIGGER ALL",
                "ALTER TABLE batch_signature DISABLE TRIGGER ALL",
                "ALTER TABLE tree_tile DISABLE TRIGGER ALL",
                "ALTER TABLE checkpoint DISABLE TRIGGER ALL",
                "ALTER TABLE event DROP CONSTRAINT event_record_size");
        keepTree(LOG);
    }

    /** As the command side does it. */
    private void append(SampleLog log) throws Exception {
        Properties login = new Properties();
        login.setProperty("user", server.address().service().user());
        login.setProperty("password", server.address().service().password());
        try (Appender appender =
                new Appender(() -> DriverManager.getConnection(server.address().url(), login), "test")) {
            appender.start();
            List<NewEvent> events = log.records.stream()
                    .map(record -> event(record, log.signatures.get(record.position())))
                    .toList();
            for (int from = 0; from < events.size(); from += AT_ONCE) {
                appender.append(events.subList(from, Math.min(events.size(), from + AT_ONCE)))
                        .get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static NewEvent event(StoredRecord record, @Nullable StoredSignature signature) {
        return new NewEvent(
                record.stream(),
                record.sequence(),
                null,
                record.type(),
                record.version(),
                record.storedAtNanos(),
                UUID.randomUUID(),
                record.payload(),
                null,
                signature == null
                        ? null
                        : new BatchSignature(signature.firstSequence(), signature.key(), signature.signature()));
    }

    /** @return its name */
    String copy() throws SQLException {
        String name = "copy_" + ++copies;
        execute("template1", "CREATE DATABASE " + name + " TEMPLATE " + LOG);
        return name;
    }

    DatabaseSource source(String database) throws Unreadable {
        Database.Login login = server.address().service();
        return DatabaseSource.open(url(database), login.user(), login.password());
    }

    DatabaseSource source(String database, String user, String password, String parameters) throws Unreadable {
        return DatabaseSource.open(url(database) + parameters, user, password);
    }

    Connection superuser(String database) throws SQLException {
        Database.Login owner = server.address().owner().orElseThrow();
        return DriverManager.getConnection(url(database), owner.user(), owner.password());
    }

    private String url(String database) {
        return server.address().url().replaceFirst("/postgres$", "/" + database);
    }

    void execute(String database, String... statements) throws SQLException {
        try (Connection connection = superuser(database);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** Numbers positions anew, without gaps, as if what was done had never been done. */
    void closeGaps(String database) throws SQLException {
        execute(
                database,
                "UPDATE event SET position = position + 1000000",
                "UPDATE event e SET position = n.now FROM (SELECT position, row_number() OVER (ORDER BY position) AS now"
                        + " FROM event) n WHERE n.position = e.position");
    }

    List<StoredRecord> records(String database) throws SQLException {
        List<StoredRecord> records = new ArrayList<>();
        try (Connection connection = superuser(database);
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT position, stream, sequence, type, coalesce(revision, ''),"
                                + " stored_at, payload FROM event ORDER BY position")) {
            while (row.next()) {
                records.add(new StoredRecord(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getBytes(7)));
            }
        }
        return records;
    }

    /** The tree over what is there, and a checkpoint by the log's own key, as if they were the first. */
    void keepTree(String database) throws SQLException {
        List<StoredRecord> records = records(database);
        GrowingTree tree = SampleLog.tree(records);
        try (Connection connection = superuser(database);
                Statement clear = connection.createStatement();
                PreparedStatement tile = connection.prepareStatement("INSERT INTO tree_tile VALUES (?, ?, ?)");
                PreparedStatement note = connection.prepareStatement(
                        "INSERT INTO checkpoint (size, root, key, note) VALUES (?, ?, ?, ?)")) {
            clear.execute("DELETE FROM tree_tile");
            clear.execute("DELETE FROM checkpoint");
            for (GrowingTree.Filled each : tree.takeChanged()) {
                tile.setInt(1, each.tile().level());
                tile.setLong(2, each.tile().index());
                tile.setBytes(3, each.hashes());
                tile.execute();
            }
            note.setLong(1, records.size());
            note.setBytes(2, tree.root().bytes());
            note.setString(3, SampleLog.LOG.verifier().toString());
            note.setString(4, SampleLog.checkpoint(records));
            note.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        // So many copies take longer to write than the server is given to stop.
        execute(LOG, "CHECKPOINT");
        server.close();
    }
}
