package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import java.util.Map;

/** SQL about intervals of mappings. */
public final class MappingSql {
    static final String TABLE = "mapping_interval";

    /** Identifies the same mapping in {@code t} and {@code p}. */
    private static final String SAME = "t.host = p.host AND t.epoch = p.epoch AND t.number = p.number";

    private static final String EXPOSING = "('STALE', 'ORPHANED')";

    private MappingSql() {}

    /**
     * A page of intervals with what stands around them: importers while they stand, since when they expose without a
     * break, and who asked for them. What is looked up row by row is bound by the key and by a position on one side only: of a
     * range with two ends PostgreSQL expects so few rows, as long as it knows nothing better, that any index will do.
     *
     * @param intervals a query that gives rows of the table with the host's {@code at} and {@code newest_epoch}
     */
    static String page(Standpoint standpoint, String intervals) {
        return """
                WITH page AS MATERIALIZED (SELECT * FROM (%s) AS one WHERE true %s %s), %s
                SELECT p.*, coalesce(array_remove(r.devices, p.exporter), '{}') AS importers,
                    CASE WHEN p.end_position IS NULL OR p.end_position > p.at THEN
                        CASE WHEN p.state IN %s THEN (
                            SELECT t.begin_nanos FROM mapping_interval t
                            WHERE %s AND t.begin_position > coalesce((
                                SELECT t.begin_position FROM mapping_interval t
                                WHERE %s AND t.begin_position < p.begin_position AND t.state NOT IN %s
                                ORDER BY t.begin_position DESC LIMIT 1), -1)
                            ORDER BY t.begin_position LIMIT 1) END
                        END AS exposed_nanos,
                    %s AS principal
                FROM page p LEFT JOIN reach r USING (host, epoch, context) %s
                """.formatted(
                        intervals,
                        Page.AFTER,
                        Page.ORDER,
                        reach(standpoint, "page"),
                        EXPOSING,
                        SAME,
                        SAME,
                        EXPOSING,
                        principal("p"),
                        Page.ORDER);
    }

    /**
     * A common table {@code reach}: the devices whose groups are in the contexts of rows that stand.
     *
     * @param rows a common table with host, epoch and context of each, at and newest_epoch of the host, and the end
     */
    public static String reach(Standpoint standpoint, String rows) {
        return """
                reach AS MATERIALIZED (
                    SELECT c.host, c.epoch, c.context, array_agg(d.address ORDER BY d.address) AS devices
                    FROM (SELECT DISTINCT host, epoch, context, at, newest_epoch FROM %s
                        WHERE end_position IS NULL OR end_position > at) AS c
                    JOIN LATERAL %s g ON g.state <> 'CLOSED'
                    JOIN LATERAL %s d ON d.iommu_group = ANY(g.groups)
                    GROUP BY c.host, c.epoch, c.context)
                """.formatted(
                rows,
                Standing.last(
                        "context_interval", "t.host = c.host AND t.epoch = c.epoch AND t.number = c.context", "c.at"),
                Standing.in(standpoint, "device_interval", "t.host = c.host AND t.epoch = c.newest_epoch", "c.at"));
    }

    /** Who asked for the mapping of a row: for its first interval. */
    static String principal(String alias) {
        return """
                (SELECT o.principal FROM (
                    SELECT f.operation FROM mapping_interval f
                    WHERE f.host = %1$s.host AND f.epoch = %1$s.epoch AND f.number = %1$s.number
                    ORDER BY f.begin_position LIMIT 1) AS asked
                    JOIN requested_operation o ON o.operation = asked.operation)
                """.formatted(alias);
    }

    /** A condition on rows {@code t} that overlap {@code :start} to {@code :last}, with the nodes they are filed under. */
    static String overlap(IovaRange range) {
        String exact = "t.iova_start <= :last AND t.iova_last >= :start";
        if (range.equals(IovaRange.ALL)) {
            return exact;
        }
        return range.start() == range.last()
                ? "t.iova_node = ANY(fork_path(:start)) AND " + exact
                : "(t.iova_node = ANY(fork_path(:start) || fork_path(:last)) OR t.iova_node BETWEEN :start AND :last)"
                        + " AND " + exact;
    }

    static Map<String, Object> parameters(IovaRange range) {
        return Map.of("start", IovaColumn.flip(range.start()), "last", IovaColumn.flip(range.last()));
    }

    /**
     * A query for mappings that have ended by the position, each by the interval that says how: the last one. Which that is
     * is asked row by row, by the key. As a join (NOT EXISTS is one), PostgreSQL might compare every row with every other
     * one of the host: before the first ANALYZE it takes the two for equally fast.
     */
    static String ended(String scope, String at) {
        return "SELECT t.* FROM mapping_interval t WHERE t.end_position = t.begin_position AND t.begin_position <= "
                + at + " AND " + scope
                + " AND t.begin_position = (SELECT i.begin_position FROM mapping_interval i WHERE i.host = t.host"
                + " AND i.epoch = t.epoch AND i.number = t.number AND i.begin_position <= " + at
                + " ORDER BY i.begin_position DESC LIMIT 1)";
    }
}
