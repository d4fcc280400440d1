package io.iommuledger.verify.source;

import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TreeDamaged;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The tree and the checkpoints that a database keeps beside the log. */
final class StoredTree {
    private static final String THERE = "SELECT coalesce(has_table_privilege(to_regclass(?), 'SELECT'), false)";

    private StoredTree() {}

    /** Neither, if the database keeps none, or the login may not read them; each by itself. */
    static StoredProofs of(String url, Connection connection) throws Unreadable {
        try {
            synchronized (connection) {
                List<String> notes = there(connection, "checkpoint") ? notes(connection) : List.of();
                return there(connection, "tree_tile")
                        ? new StoredProofs(tile -> hashes(connection, tile), notes, true)
                        : new StoredProofs(StoredProofs.NONE.tiles(), notes, false);
            }
        } catch (SQLException e) {
            throw DatabaseSource.unreadable(url, e);
        }
    }

    private static boolean there(Connection connection, String table) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(THERE)) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static List<String> notes(Connection connection) throws SQLException {
        List<String> notes = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT note FROM checkpoint WHERE note IS NOT NULL ORDER BY size")) {
            while (row.next()) {
                notes.add(row.getString(1));
            }
        }
        return notes;
    }

    private static byte[] hashes(Connection connection, Tile tile) {
        synchronized (connection) {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT hashes FROM tree_tile WHERE level = ? AND index = ?")) {
                select.setInt(1, tile.level());
                select.setLong(2, tile.index());
                try (ResultSet row = select.executeQuery()) {
                    byte[] hashes = row.next() ? row.getBytes(1) : null;
                    if (hashes != null) {
                        return hashes;
                    }
                }
                throw new TreeDamaged("tile " + tile.path() + " is not stored");
            } catch (SQLException e) {
                throw new TreeDamaged("tile " + tile.path() + " cannot be read: " + e.getMessage());
            }
        }
    }
}
