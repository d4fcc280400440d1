package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rebuilds as the database has them, for all processes: one at most is under way. */
@Component
public class Rebuilds {
    private static final String COLUMNS =
            "SELECT id, fold, reason, state, position, goal, per_second, asked_at, ended_at, why, horizon FROM rebuild ";
    private static final int MOST = 100;

    /** After which a process that works on one and says nothing has died. */
    static final String SILENT = "interval '5 seconds'";

    private final JdbcClient jdbc;

    Rebuilds(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** By the fold of this process. If one is under way it is that one. */
    public Rebuild ask(Rebuild.Reason reason) {
        UUID id = UUID.randomUUID();
        jdbc.sql("INSERT INTO rebuild (id, fold, reason, state) VALUES (:id, :fold, :reason, 'WAITING')"
                        + " ON CONFLICT DO NOTHING")
                .param("id", id)
                .param("fold", HostState.FOLD_VERSION)
                .param("reason", reason.name())
                .update();
        return find(id).or(this::open).or(() -> find(id)).orElseGet(() -> ask(reason));
    }

    /** The newest ones, newest first. */
    public List<Rebuild> newest() {
        return jdbc.sql(COLUMNS + "ORDER BY asked_at DESC, id LIMIT " + MOST)
                .query(Rebuilds::rebuild)
                .list();
    }

    public Optional<Rebuild> find(UUID id) {
        return jdbc.sql(COLUMNS + "WHERE id = :id")
                .param("id", id)
                .query(Rebuilds::rebuild)
                .optional();
    }

    /** The one that is under way. */
    public Optional<Rebuild> open() {
        return jdbc.sql(COLUMNS + "WHERE ended_at IS NULL")
                .query(Rebuilds::rebuild)
                .optional();
    }

    /** Whether it is the caller's until his transaction ends, and he has to be asked for 5 seconds from then on. */
    boolean claim(UUID id, String owner) {
        return jdbc.sql("UPDATE rebuild SET owner = :owner, renewed_at = clock_timestamp() WHERE id = :id"
                                + " AND ended_at IS NULL AND (owner IS NULL OR owner = :owner"
                                + " OR renewed_at < clock_timestamp() - " + SILENT + ")")
                        .param("id", id)
                        .param("owner", owner)
                        .update()
                > 0;
    }

    /** @param horizon position of the horizon that it begins at */
    void runs(UUID id, Optional<Long> horizon) {
        jdbc.sql("UPDATE rebuild SET state = 'RUNNING', position = 0, horizon = :horizon,"
                        + " renewed_at = clock_timestamp() WHERE id = :id")
                .param("id", id)
                .param("horizon", horizon.orElse(null), Types.BIGINT)
                .update();
    }

    /** It begins anew: what it had been made from is gone. */
    void again(UUID id) {
        jdbc.sql("UPDATE rebuild SET state = 'WAITING', position = 0 WHERE id = :id")
                .param("id", id)
                .update();
    }

    /** The silence after which another takes over begins at a part's end, however long the part has taken. */
    void reached(UUID id, long position, long goal, double perSecond) {
        jdbc.sql("UPDATE rebuild SET position = :position, goal = :goal, per_second = :rate,"
                        + " renewed_at = clock_timestamp() WHERE id = :id")
                .param("position", position)
                .param("goal", goal)
                .param("rate", perSecond)
                .param("id", id)
                .update();
    }

    void done(UUID id, long position) {
        jdbc.sql("UPDATE rebuild SET state = 'DONE', position = :position, goal = :position,"
                        + " ended_at = clock_timestamp() WHERE id = :id")
                .param("position", position)
                .param("id", id)
                .update();
    }

    /** Ends it if its process has died; whether it did. */
    boolean abandon(Rebuild rebuild, String why) {
        return jdbc.sql("UPDATE rebuild SET state = 'ABANDONED', why = :why, ended_at = clock_timestamp()"
                                + " WHERE id = :id AND ended_at IS NULL"
                                + " AND greatest(asked_at, renewed_at) < clock_timestamp() - " + SILENT)
                        .param("id", rebuild.id())
                        .param("why", why)
                        .update()
                > 0;
    }

    private static Rebuild rebuild(ResultSet row, int number) throws SQLException {
        double rate = row.getDouble("per_second");
        Optional<Double> perSecond = row.wasNull() ? Optional.empty() : Optional.of(rate);
        return new Rebuild(
                row.getObject("id", UUID.class),
                row.getInt("fold"),
                Rebuild.Reason.valueOf(row.getString("reason")),
                Rebuild.State.valueOf(row.getString("state")),
                row.getLong("position"),
                row.getLong("goal"),
                perSecond,
                row.getObject("asked_at", OffsetDateTime.class).toInstant(),
                instant(row.getObject("ended_at", OffsetDateTime.class)),
                Optional.ofNullable(row.getString("why")),
                horizon(row));
    }

    private static OptionalLong horizon(ResultSet row) throws SQLException {
        long horizon = row.getLong("horizon");
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(horizon);
    }

    private static Optional<Instant> instant(@Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }
}
