package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.query.form.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which records there are between two places, and what clocks said of them, without looking at each: blocks of positions are
 * summed up when the rows have come past them. Where there is no sum (yet), the rows themselves are counted; the answer is the
 * same. See V097.
 */
@Component
public class Tallies {
    /** The host of an operation whose event is {@code e}; null if nobody knows that operation. */
    public static final String HOST_OF_OPERATION = """
            (SELECT o.host FROM requested_operation o
                WHERE o.operation = CASE WHEN split_part(e.stream, '/', 2) ~ '^[0-9a-f-]{36}$'
                    THEN split_part(e.stream, '/', 2)::uuid END)
            """;

    /** Positions of a block. */
    static final long BLOCK = 1 << 14;

    /** Blocks that are summed up in one transaction. */
    private static final long BLOCKS_AT_ONCE = 16;

    /** What one statement counts: it takes some seconds at most. */
    private static final long POSITIONS_AT_ONCE = 1_000_000;

    private static final String BLOCK_OF = "(%s.position - 1) / " + BLOCK;

    /** The streams of operations are many, and each has a host of its own; of the others there are few. */
    private static final String RECORDS = """
            SELECT %%s AS block, told, type, count(*) AS records, min(position) AS first, max(position) AS last FROM (
                SELECT e.position, e.type, CASE WHEN e.stream LIKE 'operation/%%%%'
                    THEN 'operation/' || coalesce(%s, '') ELSE e.stream END AS told
                FROM event_log e WHERE e.position > :after AND e.position <= :upTo) AS one
            GROUP BY 1, 2, 3
            """.formatted(HOST_OF_OPERATION);

    private static final String CLOCKS = """
            SELECT host, %s count(*) AS facts, count(*) FILTER (WHERE nanos > wall_nanos) AS backwards,
                max(nanos - wall_nanos) AS skew, max(stored_nanos - nanos) AS longest, min(stored_nanos - nanos) AS shortest
            FROM fact_time t WHERE %s position > :after AND position <= :upTo GROUP BY host%s
            """;

    private static final String RECORDS_COUNTED = RECORDS.formatted("0");
    private static final String CLOCKS_COUNTED = CLOCKS.formatted("", "host = ANY(:hosts) AND", "");

    private static final String SUM_RECORDS = "INSERT INTO record_tally (block, told, type, records, first, last) "
            + RECORDS.formatted(BLOCK_OF.formatted("one"));
    private static final String SUM_CLOCKS =
            "INSERT INTO clock_tally (host, block, facts, backwards, skew, longest, shortest) "
                    + CLOCKS.formatted(BLOCK_OF.formatted("t") + ",", "", ", 2");

    private static final String RECORDS_SUMMED = """
            SELECT told, type, sum(records)::bigint AS records, min(first) AS first, max(last) AS last
            FROM record_tally WHERE block >= :first AND block < :end GROUP BY told, type
            """;
    private static final String CLOCKS_SUMMED = """
            SELECT host, sum(facts)::bigint AS facts, sum(backwards)::bigint AS backwards, max(skew) AS skew,
                max(longest) AS longest, min(shortest) AS shortest
            FROM clock_tally WHERE host = ANY(:hosts) AND block >= :first AND block < :end GROUP BY host
            """;

    private static final String UP_TO = """
            SELECT coalesce((SELECT t.up_to FROM tally t JOIN projection p ON t.fold = p.fold AND t.revision = p.revision
                AND t.switched IS NOT DISTINCT FROM p.switched), 0)
            """;

    private static final RowMapper<RecordTally> RECORD = (row, number) -> new RecordTally(
            row.getString("told"),
            row.getString("type"),
            row.getLong("records"),
            row.getLong("first"),
            row.getLong("last"));
    private static final RowMapper<Clock> CLOCK = (row, number) -> new Clock(
            new HostId(row.getString("host")),
            new ClockTally(
                    row.getLong("facts"),
                    row.getLong("backwards"),
                    Columns.optionalLong(row, "skew"),
                    Columns.optionalLong(row, "longest"),
                    Columns.optionalLong(row, "shortest")));

    private final Sets sets;
    private final StateToken token;
    private final JdbcClient jdbc;
    private final TransactionTemplate writing;

    private record Clock(HostId host, ClockTally tally) {}

    Tallies(Sets sets, StateToken token, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.sets = sets;
        this.token = token;
        this.jdbc = jdbc;
        this.writing = new TransactionTemplate(transactions);
        // What is summed up, and of which rows, are of one state of the database.
        writing.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** Of records above a position and up to another; several may be of the same stream and type. */
    public List<RecordTally> records(long after, long upTo) {
        return between(after, upTo, RECORDS_SUMMED, RECORDS_COUNTED, Map.of(), RECORD);
    }

    /** Of hosts' facts above a position and up to another. A host without any is not there. */
    public Map<HostId, ClockTally> clocks(List<HostId> hosts, long after, long upTo) {
        String[] names = hosts.stream().map(HostId::value).toArray(String[]::new);
        return between(after, upTo, CLOCKS_SUMMED, CLOCKS_COUNTED, Map.of("hosts", names), CLOCK).stream()
                .collect(Collectors.toMap(Clock::host, Clock::tally, ClockTally::and));
    }

    private <T> List<T> between(
            long after, long upTo, String summed, String counted, Map<String, ?> parameters, RowMapper<T> mapper) {
        long first = (after + BLOCK - 1) / BLOCK;
        List<T> all = new ArrayList<>();
        long reached = sets.read(() -> {
            long end = Math.min(upTo, upTo()) / BLOCK;
            if (first >= end) {
                return after;
            }
            all.addAll(jdbc.sql(summed)
                    .params(parameters)
                    .param("first", first)
                    .param("end", end)
                    .query(mapper)
                    .list());
            count(after, first * BLOCK, counted, parameters, mapper, all);
            // What is left is mostly less than a block, and as quickly counted as asked for anew.
            long next = Math.min(upTo, (end + 1) * BLOCK);
            count(end * BLOCK, next, counted, parameters, mapper, all);
            return next;
        });
        count(reached, upTo, counted, parameters, mapper, all);
        return all;
    }

    private <T> void count(
            long after, long upTo, String counted, Map<String, ?> parameters, RowMapper<T> mapper, List<T> all) {
        for (long reached = after; reached < upTo; reached += POSITIONS_AT_ONCE) {
            JdbcClient.StatementSpec part = jdbc.sql(counted)
                    .params(parameters)
                    .param("after", reached)
                    .param("upTo", Math.min(upTo, reached + POSITIONS_AT_ONCE));
            all.addAll(sets.read(() -> part.query(mapper).list()));
        }
    }

    /** Position up to which sums are of the rows that the current transaction sees; 0 if they are of others. */
    long upTo() {
        return jdbc.sql(UP_TO).query(Long.class).single();
    }

    /** Sums up some of the blocks that the rows have come past; whether there may be more. */
    boolean step() {
        try {
            return Boolean.TRUE.equals(writing.execute(status -> sum()));
        } catch (ConcurrencyFailureException another) {
            // Another process was quicker.
            return false;
        }
    }

    private boolean sum() {
        Sets.Stand stand = sets.stand();
        long done = upTo();
        long ready = token.position() / BLOCK * BLOCK;
        if (stand.fold() != HostState.FOLD_VERSION || ready <= done || !alone()) {
            return false;
        }
        sets.enter(stand.serving());
        if (done == 0) {
            jdbc.sql("DELETE FROM record_tally").update();
            jdbc.sql("DELETE FROM clock_tally").update();
        }
        long upTo = Math.min(ready, done + BLOCKS_AT_ONCE * BLOCK);
        for (String statement : List.of(SUM_RECORDS, SUM_CLOCKS)) {
            jdbc.sql(statement).param("after", done).param("upTo", upTo).update();
        }
        jdbc.sql("UPDATE tally SET (up_to, fold, revision, switched) ="
                        + " (SELECT :upTo::bigint, fold, revision, switched FROM projection)")
                .param("upTo", upTo)
                .update();
        return upTo < ready;
    }

    private boolean alone() {
        return jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtext('tally'), 0)")
                .query(Boolean.class)
                .single();
    }
}
