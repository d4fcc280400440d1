package io.iommuledger.query.fault;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Listing;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.web.Body;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/faults}: DMA that the IOMMU stopped, with what is or last was at the address. */
@RestController
class FaultListController {
    /** The mapping that stood there, or else the last one in that context that covered the address before. */
    private static final String SELECT = """
            SELECT f.*, m.number AS known, m.state, m.cause, m.begin_nanos, m.begin_position
            FROM dma_fault f LEFT JOIN LATERAL (
                SELECT i.* FROM mapping_interval i
                WHERE i.host = f.host AND i.epoch = f.epoch AND i.context = f.context
                    AND i.iova_start <= f.iova AND i.iova_last >= f.iova AND i.begin_position < f.position
                    AND i.state <> 'REFUSED' AND i.state <> 'REQUESTED'
                ORDER BY i.begin_position DESC LIMIT 1) AS m ON true
            WHERE f.host = :host AND (:anyDevice OR f.device = :device) AND (:anyIova OR f.iova = :iova)
            ORDER BY f.position DESC LIMIT :limit
            """;

    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final JdbcClient jdbc;

    /**
     * One stopped DMA.
     *
     * @param kernelNanos the log line's time, by the host's monotonic clock
     * @param standing    whether the mapping stood at that moment; if not, it is the last one that was there
     */
    record FaultAnswer(
            long position,
            String instant,
            String device,
            String iova,
            String access,
            String reason,
            Object kernelNanos,
            Optional<String> context,
            Optional<String> mapping,
            boolean standing,
            Optional<String> mappingState,
            Optional<String> mappingCause,
            Optional<Moment> mappingSince,
            String explanation) {}

    record Faults(
            long position, Optional<String> instant, boolean tainted, boolean truncated, List<FaultAnswer> faults) {}

    FaultListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/hosts/{host}/faults")
    Faults list(
            @PathVariable String host,
            @RequestParam Optional<String> device,
            @RequestParam Optional<String> iova,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> wait) {
        HostId id = Parameters.host(host);
        Optional<PciAddress> address = device.map(Parameters::device);
        Optional<Long> at = iova.map(text -> Body.parseU64("iova", text));
        int most = Parameters.limit(limit, Listing.USUAL, Listing.MOST);
        return snapshots.ofState(wait, position -> {
            hosts.require(id, position);
            Listing<FaultAnswer> found = Listing.of(
                    jdbc.sql(SELECT)
                            .param("host", id.value())
                            .param("anyDevice", address.isEmpty())
                            .param("device", address.map(PciAddress::toString).orElse(""))
                            .param("anyIova", at.isEmpty())
                            .param("iova", IovaColumn.flip(at.orElse(0L)))
                            .param("limit", most + 1)
                            .query((row, number) -> answer(row))
                            .list(),
                    most);
            return new Faults(position, times.of(id), hosts.tainted(id), found.truncated(), found.elements());
        });
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
