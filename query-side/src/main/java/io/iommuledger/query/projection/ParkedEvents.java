package io.iommuledger.query.projection;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Where the rows that answer lack events that are still to be taken. */
@Component
public class ParkedEvents {
    /** By the few that begin a sequence, for as many as there are may wait behind each. */
    private static final String FIRST = """
            SELECT l.host, l.sequence LIKE 'host/%' AS fact, p.position
            FROM parked_event l JOIN LATERAL (
                SELECT w.position FROM parked_event w
                WHERE w.sequence = l.sequence AND w.position > :after AND w.position <= :upTo
                ORDER BY w.position LIMIT 1) AS p ON true
            WHERE l.reason IS NOT NULL AND (l.sequence LIKE 'host/%' OR p.position = l.position)
            ORDER BY p.position
            """;

    private final Sets sets;
    private final JdbcClient jdbc;

    ParkedEvents(Sets sets, JdbcClient jdbc) {
        this.sets = sets;
        this.jdbc = jdbc;
    }

    /** Of each sequence the first above a position and up to another, in the order of the log. */
    public List<Parked> first(long after, long upTo) {
        return sets.read(() -> jdbc.sql(FIRST)
                .param("after", after)
                .param("upTo", upTo)
                .query((row, number) -> new Parked(
                        row.getLong("position"),
                        Optional.of(row.getString("host")).filter(host -> !host.isEmpty()),
                        row.getBoolean("fact")))
                .list());
    }
}
