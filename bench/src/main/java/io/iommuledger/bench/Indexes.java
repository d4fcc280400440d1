package io.iommuledger.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Indexes of tables that are to be filled: it takes a fraction of the time to make them afterwards. They are made in the
 * order in which they were, for of those that seem equally good PostgreSQL takes the newest.
 */
final class Indexes {
    private static final String SELECT = """
            SELECT i.indrelid::regclass AS of, i.indexrelid::regclass AS name, c.conname AS rule,
                pg_get_constraintdef(c.oid) AS rules, pg_get_indexdef(i.indexrelid) AS definition
            FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
            WHERE i.indrelid::regclass::text = ANY(?) ORDER BY i.indexrelid
            """;

    private final List<String> making;

    private Indexes(List<String> making) {
        this.making = making;
    }

    static Indexes dropped(Connection connection, List<String> tables) throws SQLException {
        List<String> dropping = new ArrayList<>();
        List<String> making = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setArray(1, connection.createArrayOf("text", tables.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String rule = row.getString("rule");
                    if (rule == null) {
                        dropping.add("DROP INDEX " + row.getString("name"));
                        making.add(row.getString("definition"));
                    } else {
                        String table = "ALTER TABLE " + row.getString("of");
                        dropping.add(table + " DROP CONSTRAINT " + rule);
                        making.add(table + " ADD CONSTRAINT " + rule + " " + row.getString("rules"));
                    }
                }
            }
            for (String each : dropping) {
                statement.execute(each);
            }
        }
        return new Indexes(making);
    }

    void make(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET maintenance_work_mem = '512MB'");
            for (String each : making) {
                statement.execute(each);
            }
        }
    }
}
