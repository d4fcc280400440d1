package io.iommuledger.query.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Where in streams the entries begin that stand behind a position. No index of the log is by stream and position: each would
 * cost every append something. But a stream's positions grow with its sequences, so that its entries can be searched by
 * halves.
 */
@Component
class Later {
    private static final String ENDS = """
            SELECT s.stream, first.position AS first, last.position AS last, last.sequence
            FROM unnest(:streams::text[]) AS s (stream)
            JOIN LATERAL (SELECT position FROM event_log l WHERE l.stream = s.stream ORDER BY sequence LIMIT 1) AS first
                ON true
            JOIN LATERAL (
                SELECT position, sequence FROM event_log l WHERE l.stream = s.stream ORDER BY sequence DESC LIMIT 1) AS last
                ON true
            WHERE last.position > :after
            """;

    private final JdbcClient jdbc;

    private record Ends(String stream, long first, long sequence) {}

    Later(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The sequences to begin at; streams that have nothing behind the position are left out. */
    Map<String, Long> in(List<String> streams, long position) {
        Map<String, Long> begins = new LinkedHashMap<>();
        jdbc.sql(ENDS)
                .param("streams", streams.toArray(String[]::new))
                .param("after", position)
                .query((row, number) ->
                        new Ends(row.getString("stream"), row.getLong("first"), row.getLong("sequence")))
                .list()
                .forEach(ends -> begins.put(ends.stream(), ends.first() > position ? 0 : search(ends, position)));
        return begins;
    }

    private long search(Ends ends, long position) {
        long low = 0;
        long high = ends.sequence();
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (positionFrom(ends.stream(), middle) > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Of the first entry from a sequence on; there is one. */
    private long positionFrom(String stream, long sequence) {
        return jdbc.sql("SELECT position FROM event_log WHERE stream = :stream AND sequence >= :sequence"
                        + " ORDER BY sequence LIMIT 1")
                .param("stream", stream)
                .param("sequence", sequence)
                .query(Long.class)
                .single();
    }
}
