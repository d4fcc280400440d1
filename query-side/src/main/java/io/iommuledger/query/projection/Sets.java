package io.iommuledger.query.projection;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The two sets of the projection's tables, of which one answers while the other can be filled. Each is a schema; whoever
 * enters one, at the beginning of each transaction, finds its tables under their names. Which of the two answers is a row, so a
 * transaction that reads one and the same state of the database reads one and the same set, whatever happens meanwhile.
 */
@Component
public class Sets {
    private static final String SELECT = "SELECT serving, idle, fold, revision, emptied FROM projection";

    /** One of the two is the schema that all other tables are in, whatever it is called. */
    private static final String PATH =
            "set_config('search_path', quote_ident(%s) || ', ' || quote_ident(serving) || ', '"
                    + " || quote_ident(idle), %s)";

    /**
     * The path stays the connection's: the driver forgets all that it has prepared whenever the path becomes another, and to
     * prepare a question anew takes several times as long as to answer it.
     */
    private static final String ENTER =
            SELECT.replace(" FROM", ", " + StateToken.COLUMNS + ", " + PATH.formatted("serving", false) + " FROM")
                    + " LEFT JOIN " + StateToken.ROW + " ON true";

    /**
     * Begins a transaction that reads: from one state of the database, and by index. Every question has its index, and
     * PostgreSQL shall take it also while it knows too little of a table to choose. One way there and back; as properties of
     * the connection and a question they would be four.
     */
    private static final String BEGIN =
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL enable_seqscan = off; " + ENTER;

    private final JdbcClient jdbc;
    private final JdbcOperations statements;
    private final StateToken token;
    private final TransactionTemplate reading;

    /** Of the thread that reads, as long as its transaction lasts: they stay what they are. */
    private final ScopedValue<Rows> entered = ScopedValue.newInstance();

    /**
     * How the sets stand.
     *
     * @param serving  schema of the tables that answer
     * @param idle     schema of the others
     * @param fold     version of the rules by which the former were made, 0 if it is not known
     * @param revision how often what they say of a place that had been answered was mended
     * @param emptied  whether the idle tables have no rows
     */
    public record Stand(String serving, String idle, int fold, long revision, boolean emptied) {}

    /**
     * How the sets stand, and their rows.
     *
     * @param position of the newest event that is in them; -1 before the first
     * @param told     of the newest that is more than that somebody read
     */
    public record Rows(Stand stand, long position, long told) {}

    Sets(JdbcClient jdbc, DataSource dataSource, StateToken token, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.statements = new JdbcTemplate(dataSource);
        this.token = token;
        this.reading = new TransactionTemplate(transactions);
        reading.setReadOnly(true);
    }

    public Stand stand() {
        return jdbc.sql(SELECT).query(Stand.class).single();
    }

    /** From here on, until somebody enters another set on this connection, the names of the tables mean those that answer. */
    private Rows enter() {
        return jdbc.sql(ENTER).query((row, number) -> rows(row)).single();
    }

    private Rows begin() {
        return Objects.requireNonNull(statements.execute(BEGIN, (PreparedStatement statement) -> {
            boolean isQuestion = statement.execute();
            while (!isQuestion) {
                isQuestion = statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return rows(row);
            }
        }));
    }

    private Rows rows(ResultSet row) throws SQLException {
        return new Rows(
                new Stand(
                        row.getString("serving"),
                        row.getString("idle"),
                        row.getInt("fold"),
                        row.getLong("revision"),
                        row.getBoolean("emptied")),
                token.position(row),
                token.told(row));
    }

    /**
     * Asks of one state of the database, in a transaction of its own unless the caller has one; the names of the tables mean
     * those that answer. Questions inside the question are about the same state.
     */
    public <T> T read(Function<Rows, T> question) {
        return entered.isBound()
                ? question.apply(entered.get())
                : reading.execute(status -> status.isNewTransaction()
                        ? ScopedValue.where(entered, begin()).call(() -> question.apply(entered.get()))
                        : question.apply(enter()));
    }

    /** As {@link #read(Function)}, whatever the rows stand at. */
    public <T> T read(Supplier<T> question) {
        return read(rows -> question.get());
    }

    /** From here on the names of the tables mean those of a schema. */
    void enter(String schema) {
        jdbc.sql("SELECT " + PATH.formatted("?", true) + " FROM projection")
                .param(schema)
                .query(String.class)
                .single();
    }

    /** The tables that answer, which stay the ones until the caller's transaction ends. */
    Stand enterToWrite() {
        jdbc.sql("SELECT 1 FROM projection FOR SHARE").query(Integer.class).single();
        return enter().stand();
    }

    /** Until the caller's transaction ends nobody else writes to the tables that answer. */
    Stand hold() {
        jdbc.sql("SELECT 1 FROM projection FOR UPDATE").query(Integer.class).single();
        return stand();
    }

    /** The idle tables answer from the end of the caller's transaction on, who {@link #hold holds} them. */
    void turn(int fold, boolean mended) {
        jdbc.sql("UPDATE projection SET serving = idle, idle = serving, fold = :fold, emptied = false,"
                        + " revision = revision + :mended, switched = pg_current_xact_id()")
                .param("fold", fold)
                .param("mended", mended ? 1 : 0)
                .update();
    }

    void mended() {
        jdbc.sql("UPDATE projection SET revision = revision + 1").update();
    }

    void madeBy(int fold) {
        jdbc.sql("UPDATE projection SET fold = :fold").param("fold", fold).update();
    }

    /** The idle tables are about to have rows. */
    void filling() {
        jdbc.sql("UPDATE projection SET emptied = false").update();
    }

    void emptied() {
        jdbc.sql("UPDATE projection SET emptied = true").update();
    }

    /** Whether nobody reads the idle tables any more who began to before they were. */
    boolean idleIsLeft() {
        return jdbc.sql("""
                        SELECT NOT EXISTS (SELECT FROM pg_stat_activity a JOIN projection p ON p.switched IS NOT NULL
                            WHERE a.pid <> pg_backend_pid() AND a.datname = current_database()
                                AND a.backend_xmin IS NOT NULL AND age(a.backend_xmin) >= age(p.switched::xid))
                        """).query(Boolean.class).single();
    }
}
