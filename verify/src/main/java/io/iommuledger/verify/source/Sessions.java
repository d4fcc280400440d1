package io.iommuledger.verify.source;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Two sessions that read a database as it stood at one moment: while one copies, nothing else can be asked of it. */
record Sessions(Connection copying, Connection asking) implements AutoCloseable {
    /** Kept, so that it stays as it is set: it writes URLs that it does not understand to the terminal, passwords and all. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    static {
        DRIVER.setLevel(Level.OFF);
    }

    static Sessions open(String url, String user, String password) throws SQLException {
        Connection asking = connect(url, user, password);
        try {
            Connection copying = connect(url, user, password);
            try {
                execute(asking, BEGIN);
                execute(copying, BEGIN, "SET TRANSACTION SNAPSHOT '" + snapshot(asking) + "'");
                return new Sessions(copying, asking);
            } catch (SQLException e) {
                copying.close();
                throw e;
            }
        } catch (SQLException e) {
            asking.close();
            throw e;
        }
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("user", user);
        settings.setProperty("password", password);
        settings.setProperty("ApplicationName", "iommu-ledger verify");
        settings.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(url, settings);
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static String snapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
            row.next();
            return row.getString(1).replaceAll("[^0-9A-Fa-f-]", "");
        }
    }

    @Override
    public void close() {
        for (Connection connection : List.of(copying, asking)) {
            try {
                connection.close();
            } catch (SQLException e) {
                // All was read that is needed, or that it was not is known already.
            }
        }
    }
}
