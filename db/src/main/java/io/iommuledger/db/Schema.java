package io.iommuledger.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** The schema, brought up to date by its owner, and the login that works on it. */
final class Schema {

    private Schema() {}

    static void bringUpToDate(String url, Database.Login owner, Database.Login service) {
        if (owner.user().equals(service.user())) {
            throw new IllegalArgumentException("the servers' login is the owner's, '" + owner.user()
                    + "', who may change what happened; give them another, it is made if it is not there");
        }
        Map<String, String> placeholders;
        try (Connection connection = DriverManager.getConnection(url, owner.user(), owner.password())) {
            admit(connection, url, service);
            placeholders = Map.of(
                    "service", service.user(),
                    "eraser", role(connection, "eraser_of_"),
                    "remover", role(connection, "remover_of_"));
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the login '" + service.user() + "', and the role that erases names, cannot be set up by '"
                            + owner.user() + "': " + e.getMessage() + "; see docs/operations.md, The servers",
                    e);
        }
        Flyway.configure()
                .dataSource(url, owner.user(), owner.password())
                .placeholders(placeholders)
                .javaMigrations(new OperationEndsRenumbered())
                .load()
                .migrate();
    }

    /** Makes the login, or gives it its password, unless it works already. */
    private static void admit(Connection owner, String url, Database.Login service) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            // Two servers may start at once.
            statement.execute("SELECT pg_advisory_lock(hashtext('admit service'), 0)");
            boolean there = is(owner, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", service.user());
            if (there && works(url, service)) {
                return;
            }
            statement.execute(text(
                    owner,
                    "SELECT format('" + (there ? "ALTER" : "CREATE") + " ROLE %I LOGIN PASSWORD %L', ?, ?)",
                    service.user(),
                    service.password()));
            // To end the session of a leader that does not answer, the owner's function needs the right to.
            if (!is(owner, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) {
                statement.execute(text(owner, "SELECT format('GRANT %I TO CURRENT_USER', ?)", service.user()));
            }
        }
    }

    /**
     * A role that owns one function and that nobody logs in as, made if it is not there. Roles belong to a whole cluster,
     * and so it is named after the database.
     */
    private static String role(Connection owner, String prefix) throws SQLException {
        String role = text(owner, "SELECT ? || left(current_database(), 40)", prefix);
        try (Statement statement = owner.createStatement()) {
            if (!is(owner, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", role)) {
                statement.execute(text(owner, "SELECT format('CREATE ROLE %I NOLOGIN', ?)", role));
            }
            // The function is given to it by the owner, who must be able to be it.
            if (!is(owner, "SELECT pg_has_role(current_user, ?, '" + toBecome(owner) + "')", role)) {
                statement.execute(text(owner, "SELECT format('GRANT %I TO CURRENT_USER', ?)", role));
            }
        }
        return role;
    }

    /** From 16 on, whoever makes a role is a member that may not become it. */
    private static String toBecome(Connection owner) throws SQLException {
        return owner.getMetaData().getDatabaseMajorVersion() < 16 ? "MEMBER" : "SET";
    }

    private static boolean works(String url, Database.Login login) {
        try (Connection connection = DriverManager.getConnection(url, login.user(), login.password())) {
            return connection.isValid(1);
        } catch (SQLException refused) {
            return false;
        }
    }

    private static boolean is(Connection connection, String question, String... parameters) throws SQLException {
        return text(connection, question, parameters).equals("t");
    }

    private static String text(Connection connection, String query, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
