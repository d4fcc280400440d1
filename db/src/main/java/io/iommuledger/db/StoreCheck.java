package io.iommuledger.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;

/**
 * Refuses to start on anything but PostgreSQL: Axon falls back, without a word, to stores in memory and to no transactions
 * when it does not find its own.
 */
final class StoreCheck {

    private StoreCheck() {}

    /** @throws IllegalStateException naming what is in use instead */
    static void verify(Configuration axon, EventStorageEngine engine, DataSource dataSource) {
        require("event storage engine", engine, LedgerEventStorageEngine.class);
        require("token store", axon.eventProcessingConfiguration().tokenStore("any"), JdbcTokenStore.class);
        require("event store", axon.eventStore(), LedgerEventStore.class);
        require("transaction manager", axon.getComponent(TransactionManager.class), SpringTransactionManager.class);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            String product = connection.getMetaData().getDatabaseProductName();
            if (!product.equals("PostgreSQL")) {
                throw new IllegalStateException("the database is " + product + ", not PostgreSQL");
            }
            requireOn(statement, "fsync");
            requireOn(statement, "synchronous_commit");
            requireNoRights(statement);
            requireNoErasing(statement);
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer: " + e.getMessage(), e);
        }
    }

    private static void require(String what, Object inUse, Class<?> wanted) {
        if (!wanted.isInstance(inUse)) {
            throw new IllegalStateException("the %s in use is %s, not %s: facts would not be kept"
                    .formatted(what, inUse.getClass().getName(), wanted.getSimpleName()));
        }
    }

    /** Who may append through the function only cannot change what happened, not even by mistake. */
    private static void requireNoRights(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT current_user, has_table_privilege('event', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
                        + " OR has_any_column_privilege('event', 'INSERT, UPDATE')")) {
            if (row.next() && row.getBoolean(2)) {
                throw new IllegalStateException("the login '" + row.getString(1) + "' has rights of its own on the log;"
                        + " use one that is neither its owner nor a superuser, see docs/operations.md, The servers");
            }
        }
    }

    /** A name goes by the function only that asks the log whether two agreed. */
    private static void requireNoErasing(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT current_user, has_any_column_privilege('principal', 'UPDATE')"
                        + " OR has_table_privilege('principal', 'DELETE, TRUNCATE')")) {
            if (row.next() && row.getBoolean(2)) {
                throw new IllegalStateException("the login '" + row.getString(1) + "' may change names of principals by"
                        + " itself. If the schema is of before this version, start one server with LEDGER_DB_OWNER; else use"
                        + " a login that may not. See docs/operations.md, The servers");
            }
        }
    }

    private static void requireOn(Statement statement, String setting) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
            if (!row.next() || row.getString(1).equals("off")) {
                throw new IllegalStateException("PostgreSQL runs with " + setting
                        + "=off: an acknowledged fact could be lost in a power cut; switch it on");
            }
        }
    }
}
