package io.iommuledger.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.append.Appender;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The product's own PostgreSQL, durable as it always is, on a new data directory. */
final class Store implements AutoCloseable {
    private final DataDirectory data;
    private final EmbeddedServer server;

    /** It would outlive a benchmark that is broken off. */
    private final Thread endAtExit;

    private Store(DataDirectory data, EmbeddedServer server) {
        this.data = data;
        this.server = server;
        this.endAtExit = new Thread(server::close, "end the server of " + data.path());
        Runtime.getRuntime().addShutdownHook(endAtExit);
    }

    /** With the product's schema. */
    static Store start(Path root) throws IOException {
        DataDirectory data = DataDirectory.create(root);
        EmbeddedServer server = EmbeddedServer.start(data.path());
        Database.open(server.address()).close();
        return new Store(data, server);
    }

    Path directory() {
        return data.path();
    }

    Database.Address address() {
        return server.address();
    }

    /** An appender that leads, as the command side has it. */
    Appender appender() {
        Properties properties = new Properties();
        properties.setProperty("user", address().service().user());
        properties.setProperty("password", address().service().password());
        properties.setProperty("prepareThreshold", "1");
        properties.setProperty("binaryTransferEnable", Appender.BINARY_TYPES);
        Appender appender =
                new Appender(() -> DriverManager.getConnection(address().url(), properties), "bench");
        appender.start();
        appender.requireLead();
        return appender;
    }

    /** Connections that may do everything. */
    HikariDataSource pool(int connections) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(address().url());
        settings.setUsername(owner().user());
        settings.setPassword(owner().password());
        settings.setMaximumPoolSize(connections);
        settings.setConnectionTimeout(60_000);
        settings.addDataSourceProperty("reWriteBatchedInserts", "true");
        return new HikariDataSource(settings);
    }

    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", owner().user());
        properties.setProperty("password", owner().password());
        properties.setProperty("reWriteBatchedInserts", "true");
        return DriverManager.getConnection(address().url(), properties);
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** What one has written is not to be paid for by the next. */
    void settle() throws SQLException {
        execute("CHECKPOINT");
    }

    /** Rows of hosts' facts: the log holds enrolments too. */
    static final String FACTS = "event WHERE stream LIKE 'host/%'";

    long count(String table) throws SQLException {
        return number("SELECT count(*) FROM " + table);
    }

    long number(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** @throws IllegalStateException if a table has not as many rows: who was measured did not do the work */
    void requireCount(String table, long wanted) throws SQLException {
        long rows = count(table);
        if (rows != wanted) {
            throw new IllegalStateException(table + " has " + rows + " rows, not " + wanted);
        }
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(endAtExit);
        try (data) {
            server.close();
        }
    }

    private Database.Login owner() {
        return address().owner().orElseThrow();
    }
}
