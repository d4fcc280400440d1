package io.iommuledger.command.erasure;

import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The database's functions that hold names and take them away. */
@Component
class Names {
    /** Of what {@code erase_principal} raises if the name is held. */
    private static final String HELD = "LD013";

    private final JdbcClient jdbc;

    Names(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Why the name of a principal must stay; empty if it need not. */
    Optional<String> held(String principal) {
        return Optional.of(jdbc.sql("SELECT coalesce(principal_held(:principal), '')")
                        .param("principal", principal)
                        .query(String.class)
                        .single())
                .filter(why -> !why.isEmpty());
    }

    /**
     * Takes name and salt away, if the log says that two agreed; once more does nothing.
     *
     * @throws Held if something keeps the name
     */
    void erase(UUID erasure, String principal) {
        try {
            jdbc.sql("SELECT erase_principal(:erasure)")
                    .param("erasure", erasure)
                    .query((row, number) -> erasure)
                    .single();
        } catch (DataAccessException e) {
            if (e.getMostSpecificCause() instanceof SQLException refused && HELD.equals(refused.getSQLState())) {
                throw new Held(held(principal).orElse("it was held, and is not any more: ask again"));
            }
            throw e;
        }
    }
}
