package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.mapping.DiffAnswer.Side;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.HostAt;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.web.Hex;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Mappings at two standpoints of a host: only those are looked at of which something is told between the two. */
@Component
class DiffQueries {
    private static final Order BY_NUMBER = Order.ascending(Order.number("epoch"), Order.number("number"));
    private static final String SAME = "t.host = k.host AND t.epoch = k.epoch AND t.number = k.number";

    /** A mapping that has ended is not there; one that was never heard of is not there either. */
    private static final String SELECT = """
            WITH changed AS MATERIALIZED (
                SELECT DISTINCT t.host, t.epoch, t.number FROM %s JOIN mapping_interval t
                    ON t.host = h.host AND t.begin_position > :before AND t.begin_position <= :after %%s),
            sides AS (
                SELECT k.*, coalesce(a.context, b.context) AS context, coalesce(a.exporter, b.exporter) AS exporter,
                    coalesce(a.iova_start, b.iova_start) AS iova_start, coalesce(a.iova_last, b.iova_last) AS iova_last,
                    (b.host IS NOT NULL AND b.end_position IS DISTINCT FROM b.begin_position) AS stood,
                    (a.host IS NOT NULL AND a.end_position IS DISTINCT FROM a.begin_position) AS stands,
                    b.zombie IS TRUE AS was_zombie, a.zombie IS TRUE AS is_zombie,
                    (a.state, a.cause, a.access, a.source, a.context, a.iova_start, a.iova_last) IS DISTINCT FROM
                        (b.state, b.cause, b.access, b.source, b.context, b.iova_start, b.iova_last) AS differs,
                    b.state AS state_before, b.cause AS cause_before, b.source AS source_before,
                    b.access AS access_before, b.begin_position AS position_before, b.begin_nanos AS nanos_before,
                    a.state AS state_after, a.cause AS cause_after, a.source AS source_after,
                    a.access AS access_after, a.begin_position AS position_after, a.begin_nanos AS nanos_after
                FROM changed k LEFT JOIN LATERAL %s b ON true LEFT JOIN LATERAL %s a ON true)
            SELECT s.*, %s AS principal FROM (
                SELECT * FROM sides WHERE (stood <> stands OR stood AND differs) %s %s) AS s %s
            """.formatted(
                    Standing.HOSTS,
                    Standing.last(MappingSql.TABLE, SAME, ":before"),
                    Standing.last(MappingSql.TABLE, SAME, ":after"),
                    MappingSql.principal("s"),
                    Page.AFTER,
                    Page.ORDER,
                    Page.ORDER);

    private final JdbcClient jdbc;

    DiffQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Listing<DiffAnswer> between(Standpoint from, Standpoint to, Optional<ContextId> context, Page page) {
        return page.list(
                jdbc,
                to,
                SELECT.formatted(context.isPresent() ? "AND t.epoch = :epoch AND t.context = :context" : ""),
                BY_NUMBER,
                Map.of(
                        "before",
                                from.hosts().stream()
                                        .mapToLong(HostAt::at)
                                        .findFirst()
                                        .orElse(0),
                        "after", to.hosts().getFirst().at(),
                        "epoch", context.map(ContextId::epoch).orElse(0L),
                        "context", context.map(ContextId::number).orElse(0L)),
                (row, number) -> answer(row));
    }

    private static DiffAnswer answer(ResultSet row) throws SQLException {
        HostId host = new HostId(row.getString("host"));
        long epoch = row.getLong("epoch");
        boolean stood = row.getBoolean("stood");
        boolean stands = row.getBoolean("stands");
        boolean was = row.getBoolean("was_zombie");
        boolean is = row.getBoolean("is_zombie");
        return new DiffAnswer(
                new MappingId(host, epoch, row.getLong("number")).toString(),
                new ContextId(epoch, row.getLong("context")).toString(),
                Hex.address(IovaColumn.flip(row.getLong("iova_start"))),
                Hex.address(IovaColumn.flip(row.getLong("iova_last"))),
                Columns.text(row, "exporter"),
                Columns.text(row, "principal"),
                stood && stands ? "changed" : stands ? "added" : "removed",
                is && !was,
                was && !is,
                side(row, "before"),
                side(row, "after"));
    }

    private static Optional<Side> side(ResultSet row, String which) throws SQLException {
        Optional<Moment> since = Columns.moment(row, "position_" + which, "nanos_" + which);
        return since.isPresent()
                ? Optional.of(new Side(
                        row.getString("state_" + which),
                        row.getString("cause_" + which),
                        row.getString("source_" + which),
                        row.getString("access_" + which),
                        since.get()))
                : Optional.empty();
    }
}
