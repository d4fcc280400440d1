package io.iommuledger.query.position;

/**
 * SQL that finds the intervals which stand at a {@link Standpoint}: those that began by then and have no end, and, unless
 * it is the newest one, those that ended later, which are filed under the nodes on the way to it (V030).
 */
public final class Standing {
    /** The hosts of a standpoint as a table {@code h}: newest fact, newest epoch, and the time it is there. */
    public static final String HOSTS =
            "unnest(:hosts::text[], :ats::bigint[], :epochs::bigint[], :nows::bigint[]) AS h (host, at, epoch, now)";

    private Standing() {}

    /**
     * A subquery, for a lateral join.
     *
     * @param scope condition on the rows, {@code t}, by which an index finds them
     * @param at    expression for the position
     */
    public static String in(Standpoint standpoint, String table, String scope, String at) {
        return standpoint.newest() ? "(" + open(table, scope, at) + ")" : then(table, scope, at);
    }

    /** As {@link #in}, at a position that may be an earlier one than any standpoint's. */
    public static String then(String table, String scope, String at) {
        return "(" + open(table, scope, at) + " UNION ALL SELECT t.* FROM " + table
                + " t WHERE t.life_node = ANY(fork_path(" + at + ")) AND t.end_position > " + at + " AND"
                + began(scope, at) + ")";
    }

    private static String open(String table, String scope, String at) {
        return "SELECT t.* FROM " + table + " t WHERE t.end_position IS NULL AND" + began(scope, at);
    }

    private static String began(String scope, String at) {
        return " t.begin_position <= " + at + " AND " + scope;
    }

    /**
     * A subquery for the last interval of one thing, which may be its end.
     *
     * @param key condition on the rows, {@code t}, that names the thing
     */
    public static String last(String table, String key, String at) {
        return "(SELECT t.* FROM " + table + " t WHERE " + key + " AND t.begin_position <= " + at
                + " ORDER BY t.begin_position DESC LIMIT 1)";
    }
}
