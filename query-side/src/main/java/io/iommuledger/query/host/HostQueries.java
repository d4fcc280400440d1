package io.iommuledger.query.host;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Amount;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Taint;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of hosts. */
@Component
public class HostQueries implements Taint {
    private final JdbcClient jdbc;

    HostQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<HostAnswer> all() {
        return jdbc.sql("""
            SELECT h.*, w.epoch AS heard_epoch, w.next_sequence, w.wall_nanos,
                (extract(epoch FROM w.heard_at) * 1000000)::bigint AS heard_micros,
                (SELECT count(*) FROM device d WHERE d.host = h.id AND d.epoch = h.epoch) AS devices,
                (SELECT count(*) FROM context c
                    WHERE c.host = h.id AND c.epoch = h.epoch AND c.state = 'OPEN') AS contexts,
                (SELECT count(*) FROM mapping_interval i
                    WHERE i.host = h.id AND i.end_position IS NULL) AS mappings,
                (SELECT count(*) FROM mapping_interval i WHERE i.host = h.id AND i.end_position IS NULL
                    AND i.state IN ('STALE', 'REVOKED', 'ORPHANED')
                    AND i.cause <> 'PERMISSION') AS zombies,
                (SELECT coalesce(sum(i.iova_last - i.iova_start + 1), 0)::bigint FROM mapping_interval i
                    WHERE i.host = h.id AND i.epoch = h.epoch AND i.end_position IS NULL
                    AND i.state IN ('ACTIVE', 'LIMBO') AND i.exporter IS NULL
                    AND i.device_memory IS NOT TRUE) AS locked
            FROM host h LEFT JOIN host_heard w ON w.host = h.id ORDER BY h.id
            """).query((row, number) -> answer(row)).list();
    }

    /** @throws Problem if no fact of the host is in the rows yet */
    public void require(HostId host, long position) {
        if (jdbc.sql("SELECT 1 FROM host WHERE id = :host")
                .param("host", host.value())
                .query()
                .listOfRows()
                .isEmpty()) {
            throw Problem.notFound(
                            "host", host.value(), "as of position " + position + "; GET /api/v1/hosts lists the known")
                    .with("position", position);
        }
    }

    private static Object limit(long bytes) {
        return bytes < 0 ? "unlimited" : Amount.unsigned(bytes);
    }

    public static HostAnswer.PolicyNames policies(ResultSet row) throws SQLException {
        return new HostAnswer.PolicyNames(
                row.getString("on_release").toLowerCase(Locale.ROOT),
                row.getString("on_reset").toLowerCase(Locale.ROOT),
                row.getString("mmio").toLowerCase(Locale.ROOT));
    }

    @Override
    public Optional<Boolean> of(HostId host) {
        return jdbc.sql("SELECT tainted FROM host WHERE id = :host")
                .param("host", host.value())
                .query(Boolean.class)
                .optional();
    }

    /** As {@link #of}; false of one that is not known. */
    public boolean tainted(HostId host) {
        return of(host).orElse(false);
    }

    /** Of one host, or of any if none is named. */
    public List<String> taintedHosts(Optional<HostId> host) {
        return jdbc.sql("SELECT id FROM host WHERE tainted AND (:any OR id = :host) ORDER BY id")
                .param("any", host.isEmpty())
                .param("host", host.map(HostId::value).orElse(""))
                .query(String.class)
                .list();
    }

    Optional<PolicyAnswer> policiesOf(HostId host) {
        return jdbc.sql("SELECT * FROM host WHERE id = :host")
                .param("host", host.value())
                .query((row, number) ->
                        new PolicyAnswer(policies(row), row.getBoolean("sealed"), row.getBoolean("tainted")))
                .optional();
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
                        row.getLong("zombies")));
    }
}
