package io.iommuledger.query.device;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.mapping.MappingSql;
import io.iommuledger.query.mapping.UnknownDevices;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/p2p}: which devices reach which devices' BARs, and how. */
@RestController
class P2pController {
    private static final Order BY_ENDS = Order.ascending(
            Order.text("exporter"), Order.text("importer"), Order.number("epoch"), Order.number("context"));

    private final Snapshots snapshots;
    private final Bases bases;
    private final UnknownDevices unknown;
    private final JdbcClient jdbc;

    /**
     * What one device can reach of another through one context.
     *
     * @param mappings of the exporter's BARs
     * @param live     of them, those whose translation is in place as it should be
     * @param exposing of them, zombies through which a DMA reaches what it should not
     * @param revoked  of them, those whose translation is withdrawn
     * @param unknown  of them, those of which nobody knows whether they translate
     * @param bytes    of all of them
     */
    record Edge(
            String importer,
            String exporter,
            String context,
            long mappings,
            long live,
            long exposing,
            long revoked,
            long unknown,
            Object bytes) {}

    /** @param note of mappings that may be edges too, if there are any */
    record Graph(
            @JsonUnwrapped Basis basis,
            Optional<String> note,
            boolean truncated,
            Optional<String> next,
            List<Edge> edges) {}

    P2pController(Snapshots snapshots, Bases bases, UnknownDevices unknown, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.unknown = unknown;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/hosts/{host}/p2p")
    Graph graph(
            @PathVariable String host,
            @RequestParam Optional<String> importer,
            @RequestParam Optional<String> exporter,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        Optional<String> from =
                importer.map(text -> Parameters.device("importer", text)).map(PciAddress::toString);
        Optional<String> to =
                exporter.map(text -> Parameters.device("exporter", text)).map(PciAddress::toString);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            Listing<Edge> found = page.list(
                    jdbc,
                    standpoint,
                    sql(standpoint, from, to),
                    BY_ENDS,
                    Map.of("importer", from.orElse(""), "exporter", to.orElse("")),
                    P2pController::edge);
            return new Graph(
                    bases.ofHost(standpoint),
                    unknown.note(standpoint),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }

    private static String sql(Standpoint standpoint, Optional<String> importer, Optional<String> exporter) {
        String ofBars = Standing.in(
                standpoint,
                "mapping_interval",
                "t.host = h.host AND t.exporter IS NOT NULL AND t.state <> 'REQUESTED'"
                        + (exporter.isPresent() ? " AND t.exporter = :exporter" : ""),
                "h.at");
        return """
                WITH bars AS MATERIALIZED (
                    SELECT i.*, h.at, h.epoch AS newest_epoch FROM %s JOIN LATERAL %s i ON true), %s
                SELECT * FROM (
                    SELECT importer, b.exporter, b.epoch, b.context, count(*) AS mappings,
                        count(*) FILTER (WHERE b.state = 'ACTIVE') AS live,
                        count(*) FILTER (WHERE b.state IN ('STALE', 'ORPHANED')) AS exposing,
                        count(*) FILTER (WHERE b.state = 'REVOKED') AS revoked,
                        count(*) FILTER (WHERE %s) AS unknown,
                        sum(b.iova_last - b.iova_start + 1)::bigint AS bytes
                    FROM bars b JOIN reach r USING (host, epoch, context) CROSS JOIN unnest(r.devices) AS importer
                    WHERE importer <> b.exporter %s
                    GROUP BY importer, b.exporter, b.epoch, b.context) AS one
                WHERE true %s %s
                """.formatted(
                        Standing.HOSTS,
                        ofBars,
                        MappingSql.reach(standpoint, "bars"),
                        MappingSql.doubtful("b"),
                        importer.isPresent() ? "AND importer = :importer" : "",
                        Page.AFTER,
                        Page.ORDER);
    }

    private static Edge edge(ResultSet row, int number) throws SQLException {
        return new Edge(
                row.getString("importer"),
                row.getString("exporter"),
                new ContextId(row.getLong("epoch"), row.getLong("context")).toString(),
                row.getLong("mappings"),
                row.getLong("live"),
                row.getLong("exposing"),
                row.getLong("revoked"),
                row.getLong("unknown"),
                Amount.unsigned(row.getLong("bytes")));
    }
}
