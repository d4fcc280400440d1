package io.iommuledger.db.logging;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;

/** Tells a store that is away from one that was asked for what it cannot do. */
public final class StoreAway {
    private StoreAway() {}

    /**
     * Whether something failed because PostgreSQL could not be reached, broke off or was ending; also where the pool had no
     * connection for that reason, but not where it had none to spare.
     */
    public static boolean is(Throwable failure) {
        boolean transaction = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            transaction |= cause instanceof TransactionSystemException;
            if (cause instanceof SQLException refused
                    && (isOfTheConnection(refused.getSQLState()) || (transaction && isClosed(refused)))) {
                return true;
            }
        }
        return false;
    }

    /** By the pool, because the connection broke: that is all that is left of the reason when its transaction is to end. */
    private static boolean isClosed(SQLException refused) {
        return "Connection is closed".equals(refused.getMessage());
    }

    /** Class 08, connection exceptions, and of class 57 the ends and the beginning of a server. */
    private static boolean isOfTheConnection(@Nullable String state) {
        return state != null && (state.startsWith("08") || state.startsWith("57P0"));
    }
}
