package io.iommuledger.query.region;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Hex;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/regions}: those of the newest epoch that are allocated. */
@RestController
class RegionListController {
    private static final Order BY_NAME = Order.ascending(Order.text("name"));

    private final Snapshots snapshots;
    private final Bases bases;
    private final JdbcClient jdbc;

    record RegionAnswer(String name, Object size, String sizeText, Object hugePageBytes, String vaddr, long mappings) {}

    record Regions(@JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<RegionAnswer> regions) {}

    RegionListController(Snapshots snapshots, Bases bases, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/hosts/{host}/regions")
    Regions list(
            @PathVariable String host,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            Listing<RegionAnswer> found = of(standpoint, page);
            return new Regions(bases.ofHost(standpoint), found.truncated(), found.next(), found.elements());
        });
    }

    /** Memory of an agent that is gone is gone. */
    private Listing<RegionAnswer> of(Standpoint standpoint, Page page) {
        boolean running = standpoint.hosts().getFirst().running();
        String regions = Standing.in(
                standpoint, "region_interval", "t.host = h.host AND t.epoch = h.epoch AND :running", "h.at");
        String mappings = Standing.in(
                standpoint, "mapping_interval", "t.host = r.host AND t.epoch = r.epoch AND t.region = r.name", "r.at");
        String sql = """
                SELECT r.*, (SELECT count(*) FROM %s i) AS mappings
                FROM (SELECT one.*, h.at FROM %s JOIN LATERAL %s one ON true) AS r
                WHERE true %s %s
                """.formatted(mappings, Standing.HOSTS, regions, Page.AFTER, Page.ORDER);
        return page.list(
                jdbc,
                standpoint,
                sql,
                BY_NAME,
                Map.of("running", running),
                (row, number) -> new RegionAnswer(
                        row.getString("name"),
                        Amount.unsigned(row.getLong("size")),
                        Amount.text(row.getLong("size")),
                        Amount.unsigned(row.getLong("huge_page_bytes")),
                        Hex.address(row.getLong("vaddr")),
                        row.getLong("mappings")));
    }
}
