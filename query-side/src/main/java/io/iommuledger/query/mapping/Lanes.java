package io.iommuledger.query.mapping;

import io.iommuledger.query.position.Standing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Mappings that stood where a window begins or that changed in it: which of them are worth drawing, and how many there are.
 * However many there are, none of the statements sorts all of them.
 */
final class Lanes {
    /** Each host is looked at by itself, so that an index leads to what is in the window. */
    private static final String HOSTS = "unnest(:hosts::text[]) AS drawn (host)";

    private static final String COLUMNS = "i.host, i.epoch, i.number, i.context, i.iova_start AS iova";

    private static final String IN_WINDOW =
            "t.host = drawn.host AND t.begin_position > :from AND t.begin_position <= :to";

    private static final String STOOD = Standing.then(MappingSql.TABLE, "t.host = drawn.host", ":from");

    private static final String ZOMBIES = """
            SELECT i.host, i.epoch, i.number, i.context, min(i.iova_start) AS iova
            FROM %s JOIN LATERAL (SELECT * FROM %s AS stood UNION ALL
                SELECT t.* FROM mapping_interval t WHERE %s AND t.zombie) AS i ON true
            GROUP BY i.host, i.epoch, i.number, i.context
            ORDER BY max(i.begin_position) DESC, i.host, i.epoch, i.number LIMIT :most
            """.formatted(
                    HOSTS, Standing.then(MappingSql.TABLE, "t.host = drawn.host AND t.zombie", ":from"), IN_WINDOW);

    /** By what each of them went through last. */
    private static final String CHANGED = """
            SELECT %s FROM %s JOIN LATERAL (
                SELECT t.* FROM mapping_interval t WHERE %s AND NOT EXISTS (SELECT FROM mapping_interval later
                    WHERE later.host = t.host AND later.epoch = t.epoch AND later.number = t.number
                        AND later.begin_position > t.begin_position AND later.begin_position <= :to)
                ORDER BY t.begin_position DESC, t.epoch, t.number LIMIT :most) AS i ON true
            ORDER BY i.begin_position DESC, i.host, i.epoch, i.number LIMIT :most
            """.formatted(COLUMNS, HOSTS, IN_WINDOW);

    private static final String STOOD_LATEST = """
            SELECT %s FROM %s JOIN LATERAL %s AS i ON true
            ORDER BY i.begin_position DESC, i.host, i.epoch, i.number LIMIT :most
            """.formatted(COLUMNS, HOSTS, STOOD);

    private static final String COUNT_CHANGED = """
            SELECT count(*) FROM (SELECT DISTINCT t.epoch, t.number FROM mapping_interval t
                WHERE t.host = :host AND t.begin_position > :from AND t.begin_position <= :to) AS changed
            """;

    /** A condition of the count and not of the rows: as one of the rows it is a join with all that ever was. */
    private static final String COUNT_STOOD_ONLY =
            """
            SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT FROM mapping_interval later
                WHERE later.host = i.host AND later.epoch = i.epoch AND later.number = i.number
                    AND later.begin_position > :from AND later.begin_position <= :to))
            FROM %s AS i
            """.formatted(Standing.then(MappingSql.TABLE, "t.host = :host", ":from"));

    private final JdbcClient jdbc;
    private final long from;
    private final long to;
    private final String[] hosts;

    Lanes(JdbcClient jdbc, long from, long to, String[] hosts) {
        this.jdbc = jdbc;
        this.from = from;
        this.to = to;
        this.hosts = hosts;
    }

    /** Zombies first, then what changed last, then what stood all the time. */
    List<MappingPicture.Lane> drawn(int most) {
        Set<MappingPicture.Lane> lanes = new LinkedHashSet<>();
        for (String sql : List.of(ZOMBIES, CHANGED, STOOD_LATEST)) {
            if (lanes.size() < most) {
                // So many that those which are there already may be among them.
                lanes.addAll(found(sql, 2 * most));
            }
        }
        return lanes.stream().limit(most).toList();
    }

    private List<MappingPicture.Lane> found(String sql, int most) {
        return jdbc.sql(sql)
                .param("from", from)
                .param("to", to)
                .param("hosts", hosts)
                .param("most", most)
                .query(MappingPicture.Lane.class)
                .list();
    }

    long all() {
        long count = 0;
        for (String host : hosts) {
            for (String sql : List.of(COUNT_CHANGED, COUNT_STOOD_ONLY)) {
                count += jdbc.sql(sql)
                        .param("host", host)
                        .param("from", from)
                        .param("to", to)
                        .query(Long.class)
                        .single();
            }
        }
        return count;
    }
}
