package io.iommuledger.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Does in one transaction what takes longer than any statement of the pool may, an hour at most, on a session outside of it.
 * All that asks the pool in the same thread meanwhile asks that session.
 */
@Component
public class LongWork {
    private static final int SILENT_SECONDS = (int) TimeUnit.HOURS.toSeconds(1);

    private final DataSource pool;

    public LongWork(DataSource pool) {
        this.pool = pool;
    }

    /**
     * Does it.
     *
     * @param isolation as {@link Connection} numbers them
     * @throws org.springframework.dao.DataAccessException if the database cannot be reached, or refuses
     */
    public <T> T within(int isolation, Supplier<T> work) {
        try (Connection session = Database.outside(pool, "iommu-ledger long work", SILENT_SECONDS)) {
            session.setTransactionIsolation(isolation);
            session.setAutoCommit(false);
            TransactionSynchronizationManager.bindResource(pool, new ConnectionHolder(session));
            try {
                T done = work.get();
                session.commit();
                return done;
            } finally {
                TransactionSynchronizationManager.unbindResource(pool);
            }
        } catch (SQLException e) {
            throw new UncategorizedSQLException("long work", null, e);
        }
    }
}
