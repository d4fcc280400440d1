package io.iommuledger.query.report;

import io.iommuledger.query.projection.Sets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which types of records there are in a period, of each host in its scope: how many, and between which positions. It is read
 * once a report, when somebody asks first: who wants records of some types need not look through the rest of the period.
 */
final class Census {
    /** What one statement counts: it takes some seconds at most, of a period of whatever length. */
    private static final long POSITIONS_AT_ONCE = 1_000_000;

    /** The streams of operations are many, and each has a host of its own; of the others there are few. */
    private static final String SELECT = """
            SELECT told, type, count(*) AS records, min(position) AS first, max(position) AS last FROM (
                SELECT e.position, e.type, CASE WHEN e.stream LIKE 'operation/%%'
                    THEN 'operation/' || coalesce(%s, '') ELSE e.stream END AS told
                FROM event_log e WHERE e.position > :after AND e.position <= :upTo) AS one
            GROUP BY told, type
            """.formatted(LogReader.HOST_OF_OPERATION);

    private final Sets sets;
    private final JdbcClient jdbc;
    private final long after;
    private final long upTo;
    private final List<String> hosts;
    private @Nullable List<Count> counts;

    /**
     * Records of a type.
     *
     * @param host  that they are about; empty if none
     * @param first position of the first of them
     */
    record Count(Optional<String> host, String type, long records, long first, long last) {
        private Count and(Count other) {
            return new Count(
                    host, type, records + other.records, Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    /** Positions, the first and the last of which are meant. */
    record Span(long first, long last) {
        private Span and(Span other) {
            return new Span(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    private record Kind(String host, String type) implements Comparable<Kind> {
        private static final Comparator<Kind> ORDER =
                Comparator.comparing(Kind::host).thenComparing(Kind::type);

        @Override
        public int compareTo(Kind other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param hosts in scope; none for all */
    Census(Sets sets, JdbcClient jdbc, long after, long upTo, List<String> hosts) {
        this.sets = sets;
        this.jdbc = jdbc;
        this.after = after;
        this.upTo = upTo;
        this.hosts = hosts;
    }

    /** By host and type, those of none first. */
    List<Count> counts() {
        List<Count> known = counts;
        if (known == null) {
            known = read();
            counts = known;
        }
        return known;
    }

    /** How many records of some types there are, which are patterns of SQL; none for all. */
    long records(List<String> types) {
        return of(types).mapToLong(Count::records).sum();
    }

    /** Where such records are; empty if there are none in the period. */
    Optional<Span> span(List<String> types) {
        return of(types).map(count -> new Span(count.first(), count.last())).reduce(Span::and);
    }

    private Stream<Count> of(List<String> types) {
        return counts().stream()
                .filter(count -> types.isEmpty() || types.stream().anyMatch(pattern -> fits(pattern, count.type())));
    }

    /** No type has a letter in it that means more than itself to SQL. */
    private static boolean fits(String pattern, String type) {
        return pattern.endsWith("%")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : type.equals(pattern);
    }

    private List<Count> read() {
        Map<Kind, Count> all = new TreeMap<>();
        for (long reached = after; reached < upTo; reached += POSITIONS_AT_ONCE) {
            for (Count count : part(reached, Math.min(upTo, reached + POSITIONS_AT_ONCE))) {
                all.merge(new Kind(count.host().orElse(""), count.type()), count, Count::and);
            }
        }
        return List.copyOf(all.values());
    }

    private List<Count> part(long reached, long next) {
        List<Count> found = sets.read(() -> jdbc.sql(SELECT)
                .param("after", reached)
                .param("upTo", next)
                .query((row, number) -> new Count(
                        LogReader.named(row.getString("told")),
                        row.getString("type"),
                        row.getLong("records"),
                        row.getLong("first"),
                        row.getLong("last")))
                .list());
        List<Count> inScope = new ArrayList<>(found);
        if (!hosts.isEmpty()) {
            inScope.removeIf(count -> count.host().filter(hosts::contains).isEmpty());
        }
        return inScope;
    }
}
