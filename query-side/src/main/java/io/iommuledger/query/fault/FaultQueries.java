package io.iommuledger.query.fault;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.fault.FaultListController.FaultAnswer;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of DMA that the IOMMU stopped. */
@Component
class FaultQueries {
    private static final Order NEWEST_FIRST = Order.descending(Order.number("position"));

    /** The mapping that stood there, or else the last one in that context that covered the address before. */
    private static final String SELECT = """
            SELECT f.*, m.number AS known, m.state, m.cause, m.begin_nanos, m.begin_position
            FROM (SELECT one.* FROM %1$s JOIN LATERAL (
                SELECT f.* FROM dma_fault f WHERE f.host = h.host AND f.position <= h.at %%s %2$s %3$s) AS one ON true
                %3$s) AS f
            LEFT JOIN LATERAL (
                SELECT last.* FROM unnest(fork_path(f.iova)) AS path (node) JOIN LATERAL (
                    SELECT i.* FROM mapping_interval i
                    WHERE i.iova_node = path.node AND i.host = f.host AND i.epoch = f.epoch AND i.context = f.context
                        AND i.iova_start <= f.iova AND i.iova_last >= f.iova AND i.begin_position < f.position
                        AND i.state <> 'REFUSED' AND i.state <> 'REQUESTED'
                    ORDER BY i.begin_position DESC LIMIT 1) AS last ON true
                ORDER BY last.begin_position DESC LIMIT 1) AS m ON true ORDER BY f.position DESC
            """.formatted(Standing.HOSTS, Page.AFTER, Page.ORDER);

    private final JdbcClient jdbc;

    FaultQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Newest first. */
    Listing<FaultAnswer> find(Standpoint standpoint, Optional<PciAddress> device, Optional<Long> iova, Page page) {
        String wanted =
                (device.isPresent() ? " AND f.device = :device" : "") + (iova.isPresent() ? " AND f.iova = :iova" : "");
        Map<String, Object> parameters = Map.of(
                "device", device.map(PciAddress::toString).orElse(""),
                "iova", IovaColumn.flip(iova.orElse(0L)));
        return page.list(
                jdbc, standpoint, SELECT.formatted(wanted), NEWEST_FIRST, parameters, (row, number) -> answer(row));
    }

    /** How many of the hosts' faults up to there have lost their payloads to a rule of retention. */
    long removed(Standpoint standpoint) {
        return standpoint.hosts().stream()
                .mapToLong(host -> jdbc.sql("SELECT count(*) FROM removed_payload r WHERE r.type = 'host.dma-faulted'"
                                + " AND r.stream >= :first AND r.stream < :end AND r.position <= :at")
                        .param("first", "host/" + host.host() + "/")
                        .param("end", "host/" + host.host() + "0")
                        .param("at", host.at())
                        .query(Long.class)
                        .single())
                .sum();
    }

    private static FaultAnswer answer(ResultSet row) throws SQLException {
        HostId host = new HostId(row.getString("host"));
        long epoch = row.getLong("epoch");
        Optional<Long> standing = Columns.number(row, "mapping");
        Optional<Long> known = Columns.number(row, "known");
        Optional<String> mapping =
                standing.or(() -> known).map(number -> new MappingId(host, epoch, number).toString());
        Optional<String> context =
                Columns.number(row, "context").map(number -> new ContextId(epoch, number).toString());
        return new FaultAnswer(
                host.value(),
                row.getLong("position"),
                Times.rfc3339(row.getLong("nanos")),
                row.getString("device"),
                Hex.address(IovaColumn.flip(row.getLong("iova"))),
                row.getBoolean("write") ? "write" : "read",
                row.getString("reason"),
                Amount.unsigned(row.getLong("kernel_nanos")),
                context,
                mapping,
                standing.isPresent(),
                Columns.text(row, "state"),
                Columns.text(row, "cause"),
                known.isPresent()
                        ? Optional.of(Moment.of(row.getLong("begin_position"), row.getLong("begin_nanos")))
                        : Optional.empty(),
                explanation(context.isPresent(), standing.isPresent(), known.isPresent()));
    }

    /** A line of the log comes later than the DMA: what stood when it was read is near, not the same. */
    private static String explanation(boolean context, boolean standing, boolean known) {
        if (!context) {
            return "the device was in no context of this agent when the line was read";
        }
        if (standing) {
            return "a mapping stood there when the line was read: withdrawn, of another access, or made after the DMA";
        }
        return known
                ? "nothing stood there any more when the line was read; this mapping was the last"
                : "no mapping that this agent made was ever there in this context";
    }
}
