package io.iommuledger.command.erasure;

import io.iommuledger.command.Raised;
import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.protocol.EventTypes;
import java.sql.SQLException;
import java.util.List;
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

    /** Erasures that are approved and not done, oldest first. */
    List<UUID> left() {
        return jdbc.sql("SELECT stream FROM event_log a WHERE stream >= 'erasure/' AND stream < 'erasure0'"
                        + " AND type = :approved AND NOT EXISTS (SELECT FROM event_log d WHERE d.stream = a.stream"
                        + " AND d.type = :done) ORDER BY position")
                .param("approved", EventTypes.ERASURE_APPROVED)
                .param("done", EventTypes.ERASURE_DONE)
                .query((row, number) -> Erasure.ofStream(row.getString("stream")))
                .list();
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
    void erase(UUID erasure) {
        try {
            jdbc.sql("SELECT erase_principal(:erasure)")
                    .param("erasure", erasure)
                    .query((row, number) -> erasure)
                    .single();
        } catch (DataAccessException e) {
            if (e.getMostSpecificCause() instanceof SQLException refused && HELD.equals(refused.getSQLState())) {
                throw new Held(Raised.message(e));
            }
            throw e;
        }
    }
}
