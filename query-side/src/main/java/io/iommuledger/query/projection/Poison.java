package io.iommuledger.query.projection;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
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

    /**
     * For people, whoever may ask: what the fold said, or which rule of the database forbids the row. What PostgreSQL itself
     * says has the row's content in it.
     */
    static String reason(RuntimeException failure) {
        Throwable last = failure;
        Optional<SQLException> refused = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof SQLException of) {
                refused = Optional.of(of);
            }
        }
        return refused.isPresent() ? refusal(refused.get()) : said(last);
    }

    private static String refusal(SQLException refused) {
        Optional<ServerErrorMessage> told = refused instanceof PSQLException itself
                ? Optional.ofNullable(itself.getServerErrorMessage())
                : Optional.empty();
        Optional<String> constraint = told.map(ServerErrorMessage::getConstraint);
        Optional<String> table = told.map(ServerErrorMessage::getTable);
        Optional<String> column = told.map(ServerErrorMessage::getColumn);
        return "the database refused a row: "
                + constraint
                        .map(name -> "constraint " + name)
                        .or(() -> column.map(name -> "column " + name))
                        .map(name -> name + table.map(of -> " of " + of).orElse("") + ", ")
                        .orElse("")
                + "SQLSTATE " + refused.getSQLState();
    }

    private static String said(Throwable cause) {
        String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String shown = text.replace('\0', '?').replaceAll("\\s+", " ");
        return shown.length() <= MOST ? shown : shown.substring(0, MOST) + "…";
    }
}
