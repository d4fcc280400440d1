package io.iommuledger.query.host;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of hosts. */
@Component
public class HostQueries {
    private final JdbcClient jdbc;

    HostQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<HostAnswer> all() {
        return jdbc.sql("""
                        SELECT h.*,
                            (SELECT count(*) FROM device d WHERE d.host = h.id AND d.epoch = h.epoch) AS devices,
                            (SELECT count(*) FROM context c
                                WHERE c.host = h.id AND c.epoch = h.epoch AND c.state = 'OPEN') AS contexts,
                            (SELECT count(*) FROM mapping_interval i
                                WHERE i.host = h.id AND i.end_position IS NULL) AS mappings,
                            (SELECT count(*) FROM mapping_interval i WHERE i.host = h.id AND i.end_position IS NULL
                                AND i.state IN ('STALE', 'REVOKED', 'ORPHANED')) AS zombies
                        FROM host h ORDER BY h.id
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

    private static HostAnswer answer(ResultSet row) throws SQLException {
        return new HostAnswer(
                row.getString("id"),
                row.getLong("epoch"),
                row.getString("epoch_state"),
                row.getString("machine_id"),
                row.getString("boot_id"),
                row.getString("kernel_release"),
                row.getString("agent_version"),
                new HostAnswer.PolicyNames(row.getString("on_release"), row.getString("on_reset")),
                Times.rfc3339(row.getLong("began_nanos")),
                new HostAnswer.Counts(
                        row.getLong("devices"),
                        row.getLong("contexts"),
                        row.getLong("mappings"),
                        row.getLong("zombies")));
    }
}
