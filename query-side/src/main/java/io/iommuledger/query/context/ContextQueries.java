package io.iommuledger.query.context;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.query.column.JsonColumn;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of contexts. */
@Component
public class ContextQueries {
    private static final Order BY_NUMBER = Order.ascending(Order.number("epoch"), Order.number("number"));

    private static final String[] IN_KERNEL = Arrays.stream(MappingState.values())
            .filter(MappingState::inKernel)
            .map(Enum::name)
            .toArray(String[]::new);

    private final JdbcClient jdbc;

    ContextQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the newest epoch that are not closed, and any other that still has live mappings. */
    Listing<ContextAnswer> standing(Standpoint standpoint, Page page) {
        String standing = Standing.in(standpoint, "context_interval", "t.host = h.host", "h.at");
        return list(standpoint, standing, "(p.epoch = p.newest_epoch OR m.live > 0)", page);
    }

    Listing<ContextAnswer> all(Standpoint standpoint, Page page) {
        String all = """
                (SELECT DISTINCT ON (t.epoch, t.number) t.* FROM context_interval t
                    WHERE t.host = h.host AND t.begin_position <= h.at
                    ORDER BY t.epoch, t.number, t.begin_position DESC)
                """;
        return list(standpoint, all, "true", page);
    }

    /** @throws Problem if the host had not had it by then */
    public void require(Standpoint standpoint, HostId host, ContextId context) {
        if (jdbc.sql("SELECT 1 FROM " + Standing.HOSTS + " JOIN LATERAL "
                        + Standing.last(
                                "context_interval",
                                "t.host = h.host AND t.epoch = :epoch AND t.number = :number",
                                "h.at")
                        + " c ON true")
                .params(standpoint.parameters())
                .param("epoch", context.epoch())
                .param("number", context.number())
                .query()
                .listOfRows()
                .isEmpty()) {
            String cure =
                    "%s; GET /api/v1/hosts/%s/contexts?state=all lists the known".formatted(standpoint.inWords(), host);
            throw Problem.notFound("context", context.toString(), cure).with("position", standpoint.known());
        }
    }

    /** SQL for the bytes that the kernel keeps in place for DMA by mappings {@code i} that fulfil a condition. */
    public static String locked(String condition) {
        return """
                coalesce(sum(i.iova_last - i.iova_start + 1) FILTER (WHERE i.state IN ('ACTIVE', 'LIMBO')
                    AND i.exporter IS NULL AND i.device_memory IS NOT TRUE AND %s), 0)::bigint
                """.formatted(condition);
    }

    private Listing<ContextAnswer> list(Standpoint standpoint, String contexts, String which, Page page) {
        String mappings = Standing.in(
                standpoint,
                "mapping_interval",
                "t.host = p.host AND t.epoch = p.epoch AND t.context = p.number",
                "p.at");
        String devices =
                Standing.in(standpoint, "device_interval", "t.host = p.host AND t.epoch = p.newest_epoch", "p.at");
        String sql = """
                SELECT p.*, m.*,
                    ARRAY(SELECT d.address FROM %s d WHERE d.context = p.epoch || '-' || p.number ORDER BY d.address)
                        AS devices
                FROM (SELECT c.*, h.at, h.epoch AS newest_epoch FROM %s JOIN LATERAL %s c ON true) AS p
                JOIN LATERAL (
                    SELECT count(*) AS live, count(*) FILTER (WHERE i.state = ANY(:kernel)) AS used,
                        count(*) FILTER (WHERE i.state = 'REVOKED') AS withdrawn,
                        count(*) FILTER (WHERE i.state = 'UNKNOWN') AS unknown, %s AS locked
                    FROM %s i) AS m ON true
                WHERE %s %s %s
                """.formatted(
                        devices, Standing.HOSTS, contexts, locked("true"), mappings, which, Page.AFTER, Page.ORDER);
        return page.list(jdbc, standpoint, sql, BY_NUMBER, Map.of("kernel", IN_KERNEL), ContextQueries::answer);
    }

    private static ContextAnswer answer(ResultSet row, int number) throws SQLException {
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
                closed || limit < 0 ? Optional.empty() : Optional.of(entries(limit, row)),
                Amount.unsigned(row.getLong("locked")),
                row.getLong("live"));
    }

    /** A mapping that is only asked for takes none. */
    private static ContextAnswer.Entries entries(long limit, ResultSet row) throws SQLException {
        long used = row.getLong("used");
        long reserved = row.getLong("withdrawn");
        return new ContextAnswer.Entries(
                limit,
                used,
                reserved,
                limit - used - reserved,
                Optional.of(row.getLong("unknown")).filter(count -> count > 0));
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
