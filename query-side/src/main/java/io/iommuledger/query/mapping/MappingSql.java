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

    /** The column of {@link #zombieSince}. */
    static final String ZOMBIE_SINCE = "zombie_nanos";

    /** Identifies the same mapping in {@code t} and {@code p}. */
    private static final String SAME = same("p");

    /** All exposures of a mapping {@code :epoch}, {@code :number}. What is not known of an end is null. */
    static final String EXPOSURES = """
            SELECT count(*) AS exposures, bool_and(one.ended) AS ended, sum(one.least)::bigint AS least,
                CASE WHEN count(one.most) = count(*) THEN sum(one.most)::bigint END AS most
            FROM (
                SELECT bool_or(t.exposure_ended_not_before IS NOT NULL OR t.exposure_ended_not_after IS NOT NULL) AS ended,
                    max(greatest(0, t.exposure_ended_not_before - t.exposure_began_not_after)) AS least,
                    max(t.exposure_ended_not_after - t.exposure_began_not_before) AS most
                FROM %s JOIN mapping_interval t
                    ON t.host = h.host AND t.epoch = :epoch AND t.number = :number AND t.begin_position <= h.at
                WHERE t.exposure_began_not_before IS NOT NULL
                GROUP BY t.exposure_began_not_before) AS one
            """.formatted(Standing.HOSTS);

    /** Of rows of which nobody knows whether they translate. As it stands in an index (V068). */
    public static String doubtful(String row) {
        return row + ".state IN ('LIMBO', 'UNKNOWN')";
    }

    /** Of rows of device memory whose device is not known; what is not installed exposes nothing. As it stands in an index. */
    public static String ofUnknownDevice(String row) {
        return row + ".device_memory AND " + row + ".state NOT IN ('REQUESTED', 'REVOKED')";
    }

    private static final String STANDS = "p.end_position IS NULL OR p.end_position > p.at";

    private static final String EXPOSING = "('STALE', 'ORPHANED')";

    private MappingSql() {}

    private static String same(String alias) {
        return "t.host = %1$s.host AND t.epoch = %1$s.epoch AND t.number = %1$s.number".formatted(alias);
    }

    /**
     * A page of intervals with what stands around them: importers, since when they expose without a
     * break, since when the mapping is a zombie without one, and who asked for them. What is looked up row by row is bound by the key and by a position on one side only: of a
     * range with two ends PostgreSQL expects so few rows, as long as it knows nothing better, that any index will do.
     *
     * @param intervals a query that gives rows of the table with the host's {@code at} and {@code newest_epoch}
     */
    static String page(Standpoint standpoint, String intervals) {
        return page(standpoint, intervals, zombieSince("p") + " AS " + ZOMBIE_SINCE + ",");
    }

    /** The same of intervals that have {@link #ZOMBIE_SINCE} already, to be sorted by it. */
    static String pageOfZombies(Standpoint standpoint, String intervals) {
        return page(standpoint, intervals, "");
    }

    private static String page(Standpoint standpoint, String intervals, String since) {
        return """
                WITH page AS MATERIALIZED (SELECT * FROM (%s) AS one WHERE true %s %s), %s
                SELECT p.*, coalesce(array_remove(CASE WHEN %s THEN r.devices ELSE reached.devices END, p.exporter), '{}')
                        AS importers,
                    CASE WHEN %s THEN
                        CASE WHEN p.state IN %s THEN (
                            SELECT t.begin_nanos FROM mapping_interval t
                            WHERE %s AND t.begin_position > coalesce((
                                SELECT t.begin_position FROM mapping_interval t
                                WHERE %s AND t.begin_position < p.begin_position AND t.state NOT IN %s
                                ORDER BY t.begin_position DESC LIMIT 1), -1)
                            ORDER BY t.begin_position LIMIT 1) END
                        END AS exposed_nanos,
                    %s %s AS zombie_over_nanos,
                    %s AS principal, over.*
                FROM page p LEFT JOIN reach r USING (host, epoch, context) %s %s %s
                """.formatted(
                        intervals,
                        Page.AFTER,
                        Page.ORDER,
                        reach(standpoint, "page"),
                        STANDS,
                        STANDS,
                        EXPOSING,
                        SAME,
                        SAME,
                        EXPOSING,
                        since,
                        zombieUntil("p", "p.at"),
                        principal("p"),
                        reached("p"),
                        exposureOver("p"),
                        Page.ORDER);
    }

    /**
     * Since when the mapping of an interval is a zombie without a break, by its host's effective time; null if it is none in
     * it. A zombie that changes as such has an interval for each, of which this is the begin of the first.
     */
    static String zombieSince(String alias) {
        return """
                CASE WHEN %1$s.zombie THEN (
                    SELECT t.begin_nanos FROM mapping_interval t
                    WHERE %2$s AND t.begin_position > coalesce((
                        SELECT t.begin_position FROM mapping_interval t
                        WHERE %2$s AND t.begin_position < %1$s.begin_position AND NOT t.zombie
                        ORDER BY t.begin_position DESC LIMIT 1), -1)
                    ORDER BY t.begin_position LIMIT 1) END
                """.formatted(alias, same(alias));
    }

    /** When it stopped being one, if it has by then. */
    static String zombieUntil(String alias, String at) {
        return """
                CASE WHEN %1$s.zombie AND %1$s.end_position <= %3$s THEN (
                    SELECT over.begin_nanos FROM (
                        SELECT t.begin_position, t.begin_nanos FROM mapping_interval t
                        WHERE %2$s AND t.begin_position > %1$s.begin_position AND NOT t.zombie
                        ORDER BY t.begin_position LIMIT 1) AS over
                    WHERE over.begin_position <= %3$s) END
                """.formatted(alias, same(alias), at);
    }

    /**
     * A join that gives the end of the exposure which rows show as one that goes on, if it has ended by {@code at}: it stands
     * in the interval that came after it, for none of an interval's own facts tells of it. Of rows that expose nothing, which
     * most are, nothing is looked up: that these conditions exclude each other without it, PostgreSQL does not see.
     */
    static String exposureOver(String alias) {
        return """
                LEFT JOIN LATERAL (
                    SELECT t.begin_position AS over_position, t.exposure_began_not_after AS over_began_not_after,
                        t.exposure_ended_not_before AS over_not_before, t.exposure_ended_not_after AS over_not_after
                    FROM mapping_interval t
                    WHERE t.host = %1$s.host AND t.epoch = %1$s.epoch AND t.number = %1$s.number
                        AND t.begin_position > %1$s.begin_position
                        AND t.exposure_began_not_before = %1$s.exposure_began_not_before
                        AND (t.exposure_ended_not_before IS NOT NULL OR t.exposure_ended_not_after IS NOT NULL)
                        AND %1$s.exposure_began_not_before IS NOT NULL
                        AND %1$s.exposure_ended_not_before IS NULL AND %1$s.exposure_ended_not_after IS NULL
                    ORDER BY t.begin_position LIMIT 1) AS over ON over.over_position <= %1$s.at
                """.formatted(alias);
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

    /**
     * A join that gives the {@code devices} of rows that have ended by {@code at}: those whose groups were in their contexts at any
     * time while they stood. Of rows that stand, and of a mapping's end, it gives none.
     */
    private static String reached(String row) {
        return """
                LEFT JOIN LATERAL (
                    SELECT array_agg(DISTINCT d.address ORDER BY d.address) AS devices
                    FROM (SELECT DISTINCT unnest(held.groups) AS iommu_group FROM (%2$s) AS held) AS g
                    JOIN LATERAL %3$s d ON d.iommu_group = g.iommu_group) AS reached ON true
                """.formatted(
                row,
                contextWhile(row, row + ".at"),
                Standing.then(
                        "device_interval",
                        "t.host = %1$s.host AND t.epoch = ANY(ARRAY[%1$s.epoch, %1$s.newest_epoch])".formatted(row),
                        "(" + row + ".end_position - 1)"));
    }

    /** Intervals of the context of a row that has ended by {@code at}, while the row stood; none of a row that has not. */
    static String contextWhile(String row, String at) {
        return """
                SELECT c.* FROM context_interval c
                WHERE c.host = %1$s.host AND c.epoch = %1$s.epoch AND c.number = %1$s.context AND c.state <> 'CLOSED'
                    AND %1$s.end_position <= %2$s AND %1$s.end_position > %1$s.begin_position
                    AND c.begin_position < %1$s.end_position AND c.begin_position >= coalesce((
                        SELECT t.begin_position FROM context_interval t
                        WHERE t.host = %1$s.host AND t.epoch = %1$s.epoch AND t.number = %1$s.context
                            AND t.begin_position <= %1$s.begin_position
                        ORDER BY t.begin_position DESC LIMIT 1), 0)
                """.formatted(row, at);
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
        return overlap("t.iova", range);
    }

    /** @param columns begins the names of the columns {@code _start}, {@code _last} and {@code _node} */
    static String overlap(String columns, IovaRange range) {
        String exact = "{}_start <= :last AND {}_last >= :start";
        String filed = range.equals(IovaRange.ALL)
                ? ""
                : range.start() == range.last()
                        ? "{}_node = ANY(fork_path(:start)) AND "
                        : "({}_node = ANY(fork_path(:start) || fork_path(:last)) OR {}_node BETWEEN :start AND :last) AND ";
        return (filed + exact).replace("{}", columns);
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
