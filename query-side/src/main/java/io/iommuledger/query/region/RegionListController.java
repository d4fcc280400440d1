package io.iommuledger.query.region;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.web.Hex;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/regions}: those of the newest epoch that are allocated. */
@RestController
class RegionListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final JdbcClient jdbc;

    record RegionAnswer(String name, Object size, String sizeText, Object hugePageBytes, String vaddr, long mappings) {}

    record Regions(long position, Optional<String> instant, boolean tainted, List<RegionAnswer> regions) {}

    RegionListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/hosts/{host}/regions")
    Regions list(@PathVariable String host, @RequestParam Optional<String> wait) {
        HostId id = Parameters.host(host);
        return snapshots.ofState(wait, position -> {
            hosts.require(id, position);
            return new Regions(position, times.of(id), hosts.tainted(id), of(id));
        });
    }

    private List<RegionAnswer> of(HostId host) {
        return jdbc.sql("""
                        SELECT r.*, (SELECT count(*) FROM mapping_interval i WHERE i.host = r.host
                            AND i.epoch = r.epoch AND i.region = r.name AND i.end_position IS NULL) AS mappings
                        FROM region r JOIN host h ON h.id = r.host AND h.epoch = r.epoch
                        WHERE r.host = :host AND r.allocated AND h.epoch_state = 'RUNNING' ORDER BY r.name
                        """)
                .param("host", host.value())
                .query((row, number) -> new RegionAnswer(
                        row.getString("name"),
                        Amount.unsigned(row.getLong("size")),
                        Amount.text(row.getLong("size")),
                        Amount.unsigned(row.getLong("huge_page_bytes")),
                        Hex.address(row.getLong("vaddr")),
                        row.getLong("mappings")))
                .list();
    }
}
