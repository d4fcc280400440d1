package io.iommuledger.query.host;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.context.ContextQueries;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.mapping.MappingSql;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.web.Taint;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of hosts. */
@Component
public class HostQueries implements Taint {
    private static final Order BY_ID = Order.ascending(Order.text("id"));

    /** The newest epoch of each host. */
    private static final String EPOCHS = "SELECT e.*, h.host AS id FROM " + Standing.HOSTS + " JOIN LATERAL "
            + Standing.last("host_interval", "t.host = h.host", "h.at") + " e ON true";

    private final JdbcClient jdbc;
    private final Sets sets;

    HostQueries(JdbcClient jdbc, Sets sets) {
        this.jdbc = jdbc;
        this.sets = sets;
    }

    /** @param moment whether to tell what is only known of the moment: up to when each was heard */
    public Listing<HostAnswer> all(Standpoint standpoint, Page page, boolean moment) {
        String devices = Standing.in(standpoint, "device_interval", "t.host = h.host AND t.epoch = h.epoch", "h.at");
        String contexts = Standing.in(standpoint, "context_interval", "t.host = h.host", "h.at");
        String mappings = Standing.in(standpoint, "mapping_interval", "t.host = h.host", "h.at");
        String sql = """
                SELECT * FROM (
                    SELECT e.*, h.host AS id, d.devices, c.contexts, m.*, w.epoch AS heard_epoch, w.next_sequence,
                        w.wall_nanos, (extract(epoch FROM w.heard_at) * 1000000)::bigint AS heard_micros
                    FROM %s LEFT JOIN host_heard w ON w.host = h.host AND :moment
                    JOIN LATERAL %s e ON true
                    JOIN LATERAL (SELECT count(*) AS devices FROM %s d) AS d ON true
                    JOIN LATERAL (
                        SELECT count(*) FILTER (WHERE c.epoch = h.epoch AND c.state = 'OPEN') AS contexts
                        FROM %s c) AS c ON true
                    JOIN LATERAL (
                        SELECT count(*) AS mappings, count(*) FILTER (WHERE i.zombie) AS zombies,
                            count(*) FILTER (WHERE %s OR %s) AS exposure_unknown,
                            %s AS locked
                        FROM %s i) AS m ON true) AS one
                WHERE true %s %s
                """.formatted(
                        Standing.HOSTS,
                        Standing.last("host_interval", "t.host = h.host", "h.at"),
                        devices,
                        contexts,
                        MappingSql.doubtful("i"),
                        MappingSql.ofUnknownDevice("i"),
                        ContextQueries.locked("i.epoch = h.epoch"),
                        mappings,
                        Page.AFTER,
                        Page.ORDER);
        return page.list(jdbc, standpoint, sql, BY_ID, Map.of("moment", moment), (row, number) -> answer(row));
    }

    /** How much stands on each is not counted. */
    public Listing<HostPolicies> policies(Standpoint standpoint, Page page) {
        String sql = "SELECT * FROM (" + EPOCHS + ") AS one WHERE true " + Page.AFTER + " " + Page.ORDER;
        return page.list(
                jdbc,
                standpoint,
                sql,
                BY_ID,
                Map.of(),
                (row, number) -> new HostPolicies(
                        row.getString("id"),
                        row.getLong("epoch"),
                        policies(row),
                        row.getBoolean("sealed"),
                        row.getBoolean("tainted"),
                        Times.rfc3339(row.getLong("began_nanos"))));
    }

    private static Object limit(long bytes) {
        return bytes < 0 ? "unlimited" : Amount.unsigned(bytes);
    }

    private static HostAnswer.PolicyNames policies(ResultSet row) throws SQLException {
        return new HostAnswer.PolicyNames(
                row.getString("on_release").toLowerCase(Locale.ROOT),
                row.getString("on_reset").toLowerCase(Locale.ROOT),
                row.getString("mmio").toLowerCase(Locale.ROOT));
    }

    @Override
    public Optional<Boolean> of(HostId host) {
        return sets.read(() -> jdbc.sql("SELECT tainted FROM host_interval WHERE host = :host AND end_position IS NULL")
                .param("host", host.value())
                .query(Boolean.class)
                .optional());
    }

    PolicyAnswer policiesOf(Standpoint standpoint) {
        return jdbc.sql(EPOCHS)
                .params(standpoint.parameters())
                .query((row, number) -> new PolicyAnswer(policies(row), row.getBoolean("sealed")))
                .single();
    }

    private static Optional<HostAnswer.HeardUpTo> heardUpTo(ResultSet row) throws SQLException {
        long wall = row.getLong("wall_nanos");
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(new HostAnswer.HeardUpTo(
                        Times.rfc3339(wall),
                        row.getLong("heard_epoch"),
                        row.getLong("next_sequence"),
                        Times.rfc3339(row.getLong("heard_micros") * 1_000)));
    }

    private static HostAnswer answer(ResultSet row) throws SQLException {
        return new HostAnswer(
                row.getString("id"),
                row.getLong("epoch"),
                row.getString("epoch_state"),
                row.getString("machine_id"),
                row.getString("boot_id"),
                row.getString("kernel_release"),
                row.getString("agent_version"),
                policies(row),
                row.getBoolean("sealed"),
                row.getBoolean("tainted"),
                new HostAnswer.LockedMemory(
                        Amount.unsigned(row.getLong("locked")), limit(row.getLong("memory_lock_limit"))),
                Times.rfc3339(row.getLong("began_nanos")),
                heardUpTo(row),
                new HostAnswer.Counts(
                        row.getLong("devices"),
                        row.getLong("contexts"),
                        row.getLong("mappings"),
                        row.getLong("zombies"),
                        row.getLong("exposure_unknown")));
    }
}
