package io.iommuledger.db.append;

import java.sql.SQLException;

/** What a failed append means. */
enum Failure {
    /** The connection broke: the events may stand or not. */
    UNANSWERED,
    /** A place is taken. */
    TAKEN,
    /** The database does not take such events. */
    UNFIT,
    /** Somebody else leads, or has appended. */
    NOT_LEADING,
    /** The database takes no events now. */
    REFUSED;

    static Failure of(SQLException e, boolean connectionBroken) {
        String state = e.getSQLState();
        if (connectionBroken || state == null || state.startsWith("08") || state.startsWith("57P")) {
            return UNANSWERED;
        }
        return switch (state.substring(0, 2)) {
            case "23" -> state.equals("23505") ? TAKEN : UNFIT;
            case "22" -> UNFIT;
            case "LD" -> NOT_LEADING;
            default -> REFUSED;
        };
    }

    boolean ofTheEvents() {
        return this == TAKEN || this == UNFIT;
    }
}
