package io.iommuledger.command;

import org.springframework.dao.DataAccessException;

/** What a function of the database says when it refuses. */
public final class Raised {
    private Raised() {}

    public static String message(DataAccessException refused) {
        String text = String.valueOf(refused.getMostSpecificCause().getMessage());
        return text.lines().findFirst().orElse(text).replaceFirst("^ERROR: ", "");
    }
}
