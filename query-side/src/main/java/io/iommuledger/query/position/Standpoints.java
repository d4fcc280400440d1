package io.iommuledger.query.position;

import io.iommuledger.lifecycle.host.HostId;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds how far the facts of each host go. Effective time never falls along a host's history, so what was at or before an
 * instant is what stands up to some position.
 */
@Component
class Standpoints {
    private static final String SELECT = """
            SELECT o.host, f.position, f.nanos, f.wall_nanos, f.stored_nanos,
                greatest(newest.nanos, heard.wall_nanos) AS heard_nanos,
                e.epoch, e.epoch_state = 'RUNNING' AS running, e.tainted
            FROM host_interval o
            JOIN LATERAL (
                SELECT t.nanos FROM fact_time t WHERE t.host = o.host AND t.position <= :known
                ORDER BY t.position DESC LIMIT 1) newest ON true
            LEFT JOIN LATERAL %s heard ON true
            JOIN LATERAL (
                SELECT t.* FROM fact_time t WHERE t.host = o.host AND t.position <= least(:known, coalesce((
                    SELECT n.position FROM fact_time n WHERE n.host = o.host AND n.nanos <= :nanos
                    ORDER BY n.nanos DESC, n.position DESC LIMIT 1), -1))
                ORDER BY t.position DESC LIMIT 1) f ON true
            JOIN LATERAL (
                SELECT t.* FROM host_interval t WHERE t.host = o.host AND t.begin_position <= f.position
                ORDER BY t.begin_position DESC LIMIT 1) e ON true
            WHERE o.end_position IS NULL
            """.formatted(Hearing.UP_TO);

    private final JdbcClient jdbc;
    private final BeforeHorizon horizon;

    Standpoints(JdbcClient jdbc, BeforeHorizon horizon) {
        this.horizon = horizon;
        this.jdbc = jdbc;
    }

    /**
     * Within the transaction of the caller.
     *
     * @param newest position at which the rows stand
     * @param fold   version of the rules by which they were made
     * @throws io.iommuledger.web.Problem 410 if the place is before the horizon
     */
    Standpoint at(Wanted wanted, long newest, int fold, Optional<HostId> host) {
        horizon.refuse(wanted, host);
        long known = wanted.known().orElse(newest);
        List<HostAt> hosts = jdbc.sql(SELECT + (host.isPresent() ? "AND o.host = :host" : "") + " ORDER BY o.host")
                .param("known", known)
                .param("moment", wanted.known().isEmpty())
                .param("nanos", wanted.nanos().orElse(Long.MAX_VALUE))
                .param("host", host.map(HostId::value).orElse(""))
                .query((row, number) -> new HostAt(
                        row.getString("host"),
                        row.getLong("position"),
                        row.getLong("nanos"),
                        row.getLong("wall_nanos"),
                        row.getLong("stored_nanos"),
                        row.getLong("heard_nanos"),
                        row.getLong("epoch"),
                        row.getBoolean("running"),
                        row.getBoolean("tainted")))
                .list();
        return new Standpoint(known, wanted.nanos(), fold, wanted.nanos().isEmpty() && known >= newest, hosts);
    }
}
