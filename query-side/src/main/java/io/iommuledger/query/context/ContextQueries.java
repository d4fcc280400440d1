package io.iommuledger.query.context;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.column.JsonColumn;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of contexts. */
@Component
public class ContextQueries {
    private static final String SELECT = """
            SELECT * FROM (
                SELECT c.*, h.epoch AS newest_epoch,
                    (SELECT count(*) FROM mapping_interval i WHERE i.host = c.host AND i.epoch = c.epoch
                        AND i.context = c.number AND i.end_position IS NULL) AS live,
                    (SELECT count(*) FROM mapping_interval i WHERE i.host = c.host AND i.epoch = c.epoch
                        AND i.context = c.number AND i.end_position IS NULL AND i.state = 'REVOKED') AS withdrawn,
                    (SELECT coalesce(sum(i.iova_last - i.iova_start + 1), 0)::bigint FROM mapping_interval i
                        WHERE i.host = c.host AND i.epoch = c.epoch AND i.context = c.number
                        AND i.end_position IS NULL AND i.state IN ('ACTIVE', 'LIMBO') AND i.exporter IS NULL
                        AND i.device_memory IS NOT TRUE) AS locked,
                    ARRAY(SELECT d.address FROM device d WHERE d.host = c.host AND d.epoch = h.epoch
                        AND d.context = c.epoch || '-' || c.number ORDER BY d.address) AS devices
                FROM context c JOIN host h ON h.id = c.host WHERE c.host = :host) AS one
            """;

    private final JdbcClient jdbc;

    ContextQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the newest epoch that are not closed, and any other that still has live mappings. */
    List<ContextAnswer> standing(HostId host) {
        return list(host, "WHERE (epoch = newest_epoch AND state <> 'CLOSED') OR live > 0");
    }

    List<ContextAnswer> all(HostId host) {
        return list(host, "");
    }

    /** @throws Problem if the host never had it, as far as the rows say */
    public void require(HostId host, ContextId context, long position) {
        if (jdbc.sql("SELECT 1 FROM context WHERE host = :host AND epoch = :epoch AND number = :number")
                .param("host", host.value())
                .param("epoch", context.epoch())
                .param("number", context.number())
                .query()
                .listOfRows()
                .isEmpty()) {
            String cure = "as of position %d; GET /api/v1/hosts/%s/contexts?state=all lists the known"
                    .formatted(position, host);
            throw Problem.notFound("context", context.toString(), cure).with("position", position);
        }
    }

    private List<ContextAnswer> list(HostId host, String which) {
        return jdbc.sql(SELECT + which + " ORDER BY epoch, number")
                .param("host", host.value())
                .query((row, number) -> answer(row))
                .list();
    }

    private static ContextAnswer answer(ResultSet row) throws SQLException {
        long live = row.getLong("live");
        boolean closed = row.getString("state").equals("CLOSED");
        long limit = row.getLong("mapping_limit");
        return new ContextAnswer(
                new ContextId(row.getLong("epoch"), row.getLong("number")).toString(),
                row.getString("kind"),
                row.getString("state"),
                closed ? List.of() : Columns.numbers(row, "groups"),
                Columns.texts(row, "devices"),
                JsonColumn.ranges(row.getString("iova_ranges")).stream()
                        .map(range -> new ContextAnswer.Range(Hex.address(range.start()), Hex.address(range.last())))
                        .toList(),
                sizes(row.getLong("page_sizes")),
                closed || limit < 0
                        ? Optional.empty()
                        : Optional.of(new ContextAnswer.Entries(
                                limit, live - row.getLong("withdrawn"), row.getLong("withdrawn"), limit - live)),
                Amount.unsigned(row.getLong("locked")),
                live);
    }

    /** Each bit of the map is a size. */
    private static List<Object> sizes(long bitmap) {
        List<Object> sizes = new ArrayList<>();
        for (long left = bitmap; left != 0; left &= left - 1) {
            sizes.add(Amount.unsigned(Long.lowestOneBit(left)));
        }
        return List.copyOf(sizes);
    }
}
