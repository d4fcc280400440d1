package io.iommuledger.query;

import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;

/** A PostgreSQL that leaves nothing behind. */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final List<Path> CLOSED = new ArrayList<>();

    private final Path directory;
    private final EmbeddedServer server;

    private TestDatabase(Path directory, EmbeddedServer server) {
        this.directory = directory;
        this.server = server;
    }

    static TestDatabase start() throws IOException {
        STARTED.incrementAndGet();
        Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "database");
        return new TestDatabase(directory, EmbeddedServer.start(directory));
    }

    Database.Address address() {
        return server.address();
    }

    /** Does to the schema what the servers' login may not. */
    public void asOwner(String statement) throws SQLException {
        Database.Login owner = address().owner().orElseThrow();
        try (Connection connection = DriverManager.getConnection(address().url(), owner.user(), owner.password());
                Statement execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    /** How a statement is carried out after another one that sets how, in one transaction. */
    public List<String> plan(String settings, String statement) throws SQLException {
        Database.Login owner = address().owner().orElseThrow();
        try (Connection connection = DriverManager.getConnection(address().url(), owner.user(), owner.password());
                Statement execution = connection.createStatement()) {
            connection.setAutoCommit(false);
            execution.execute(settings);
            List<String> plan = new ArrayList<>();
            try (ResultSet lines = execution.executeQuery("EXPLAIN " + statement)) {
                while (lines.next()) {
                    plan.add(lines.getString(1));
                }
            }
            return plan;
        }
    }

    /** All servers of a process are programs of the first one's directory: it is needed until the last has ended. */
    @Override
    public void close() throws IOException {
        server.close();
        synchronized (CLOSED) {
            CLOSED.add(directory);
            if (CLOSED.size() == STARTED.get()) {
                for (Path closed : CLOSED) {
                    FileSystemUtils.deleteRecursively(closed);
                }
            }
        }
    }
}
