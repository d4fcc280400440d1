package io.iommuledger.db;

import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/** V017: the end of an operation names the position of the fact that ended it, and positions were numbered anew. */
final class OperationEndsRenumbered implements JavaMigration {

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("017");
    }

    @Override
    public String getDescription() {
        return "operation ends renumbered";
    }

    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        try (PreparedStatement ends =
                        connection.prepareStatement("SELECT position, payload FROM event WHERE type = ?");
                PreparedStatement now = connection.prepareStatement("SELECT now FROM renumbered WHERE before = ?");
                PreparedStatement update =
                        connection.prepareStatement("UPDATE event SET payload = ? WHERE position = ?");
                Statement end = connection.createStatement()) {
            ends.setFetchSize(1_000);
            ends.setString(1, EventTypes.OPERATION_ENDED);
            try (ResultSet row = ends.executeQuery()) {
                while (row.next()) {
                    if (OperationCodec.decode(row.getBytes(2)) instanceof OperationEnded ended) {
                        renumber(row.getLong(1), ended, now, update);
                    }
                }
            }
            end.execute("DROP TABLE renumbered");
        }
    }

    private static void renumber(long position, OperationEnded ended, PreparedStatement now, PreparedStatement update)
            throws SQLException {
        now.setLong(1, ended.position());
        try (ResultSet row = now.executeQuery()) {
            if (row.next() && row.getLong(1) != ended.position()) {
                update.setBytes(
                        1,
                        OperationCodec.encode(new OperationEnded(
                                ended.operation(),
                                ended.outcome(),
                                ended.refusal(),
                                ended.figures(),
                                row.getLong(1),
                                ended.detail())));
                update.setLong(2, position);
                update.executeUpdate();
            }
        }
    }
}
