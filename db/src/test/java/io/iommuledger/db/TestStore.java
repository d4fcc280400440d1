package io.iommuledger.db;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A PostgreSQL with the schema on it, a pool, and what a test wants to do to them. */
final class TestStore implements AutoCloseable {
    private final EmbeddedServer server;
    final HikariDataSource pool;
    final JdbcClient jdbc;

    TestStore(Path directory) {
        server = EmbeddedServer.start(directory);
        pool = Database.open(server.address());
        jdbc = JdbcClient.create(pool);
    }

    Database.Address address() {
        return server.address();
    }

    Connection owner() throws SQLException {
        Database.Login owner = address().owner().orElseThrow();
        return DriverManager.getConnection(address().url(), owner.user(), owner.password());
    }

    void asOwner(String... statements) throws SQLException {
        try (Connection connection = owner();
                Statement execution = connection.createStatement()) {
            for (String statement : statements) {
                execution.execute(statement);
            }
        }
    }

    /** An empty log, as no login of the product could make it. */
    void empty() throws SQLException {
        asOwner(
                "ALTER TABLE event DISABLE TRIGGER event_append_only",
                "TRUNCATE event, snapshot, dead_letter, token_entry",
                "ALTER TABLE event ENABLE TRIGGER event_append_only",
                "ALTER TABLE tree_tile DISABLE TRIGGER tree_tile_append_only",
                "TRUNCATE tree_tile",
                "ALTER TABLE tree_tile ENABLE TRIGGER tree_tile_append_only",
                "UPDATE tree SET size = 0, problem = NULL");
    }

    /** Started, and leading if nobody else does. */
    Appender appender(String name) {
        Appender appender = new Appender(() -> Database.outside(pool, name, 10), name);
        appender.start();
        return appender;
    }

    /** Not started: a tree that this process continues once it leads. */
    TreeKeeper treeKeeper(Appender appender) {
        return new TreeKeeper(appender, new EventLog(jdbc), new TreeLog(jdbc), new TreeRows(pool));
    }

    static NewEvent event(String stream, long sequence) {
        return new NewEvent(
                stream,
                sequence,
                "Test",
                "test.event",
                null,
                sequence,
                UUID.randomUUID(),
                (stream + " " + sequence).getBytes(StandardCharsets.UTF_8),
                null,
                null);
    }

    @Override
    public void close() {
        pool.close();
        server.close();
    }
}
