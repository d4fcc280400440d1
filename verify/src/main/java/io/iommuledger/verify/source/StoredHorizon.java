package io.iommuledger.verify.source;

import io.iommuledger.protocol.horizon.HorizonParts;
import io.iommuledger.verify.source.RecordSource.InForce;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** What a database has of the horizon that all folds go on from. */
final class StoredHorizon {
    /** Of which none has more than a mebibyte, but for a single row. */
    private static final int PARTS_AT_ONCE = 16;

    private StoredHorizon() {}

    /** Empty also if the login may not read it, or the database is one of before there were horizons. */
    static Optional<InForce> inForce(Connection connection) throws SQLException {
        if (!readable(connection, "horizon") || !readable(connection, "horizon_state")) {
            return Optional.empty();
        }
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT position, event, rule, fold, snapshot::text, parts, removal"
                                + " FROM horizon ORDER BY position DESC LIMIT 1");
                ResultSet row = select.executeQuery()) {
            return Optional.of(
                    row.next()
                            ? new InForce(
                                    row.getLong(1),
                                    row.getLong(2),
                                    DatabaseSource.text(row, 3),
                                    row.getLong(4),
                                    DatabaseSource.text(row, 5),
                                    row.getLong(6),
                                    row.getLong(7))
                            : InForce.NONE);
        }
    }

    static HorizonParts state(Connection connection, long position, UUID snapshot, int parts) throws SQLException {
        HorizonParts state = new HorizonParts(position);
        try (PreparedStatement select = connection.prepareStatement("SELECT position, host, of_rows, content"
                + " FROM horizon_state WHERE snapshot = ? AND part >= ? AND part < ? ORDER BY part")) {
            select.setObject(1, snapshot);
            int before;
            int next = 0;
            do {
                before = state.count();
                select.setInt(2, next);
                next = Math.min(parts, next + PARTS_AT_ONCE);
                select.setInt(3, next);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        state.take(
                                row.getLong(1),
                                DatabaseSource.text(row, 2),
                                row.getObject(3, Boolean.class),
                                DatabaseSource.bytes(row, 4));
                    }
                }
            } while (state.count() > before && next < parts);
        }
        return state;
    }

    private static boolean readable(Connection connection, String table) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT coalesce(has_table_privilege(to_regclass(?), 'SELECT'), false)")) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
