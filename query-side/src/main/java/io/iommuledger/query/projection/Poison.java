package io.iommuledger.query.projection;

import java.sql.SQLException;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Tells an event that cannot be taken from a database that cannot take any: the former fails however often it is tried,
 * and is left out; the latter is waited for.
 */
final class Poison {
    /** Classes of SQLSTATE: what is wrong with the data, a constraint of a table, a limit of PostgreSQL. */
    private static final Set<String> OF_THE_DATA = Set.of("22", "23", "54");

    private static final int MOST = 500;

    private Poison() {}

    static boolean is(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused) {
                String state = refused.getSQLState();
                return state != null && state.length() == 5 && OF_THE_DATA.contains(state.substring(0, 2));
            }
            if (cause instanceof InterruptedException) {
                return false;
            }
        }
        return !(failure instanceof DataAccessException || failure instanceof TransactionException);
    }

    /** For people; what PostgreSQL or the fold said. */
    static String reason(RuntimeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String shown = text.replace('\0', '?').replaceAll("\\s+", " ");
        return shown.length() <= MOST ? shown : shown.substring(0, MOST) + "…";
    }
}
