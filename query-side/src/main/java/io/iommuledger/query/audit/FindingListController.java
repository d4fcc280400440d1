package io.iommuledger.query.audit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.When;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/findings}: what is odd about the facts of a host, newest first. */
@RestController
class FindingListController {
    private static final String SELECT = "SELECT * FROM (SELECT f.* FROM " + Standing.HOSTS
            + " JOIN LATERAL (SELECT f.* FROM finding f WHERE f.host = h.host AND f.position <= h.at" + Page.AFTER
            + Page.ORDER
            + ") AS f ON true) AS one" + Page.ORDER;

    private static final Order NEWEST_FIRST = Order.descending(Order.number("position"), Order.number("ordinal"));

    private final Snapshots snapshots;
    private final Bases bases;
    private final JdbcClient jdbc;

    record FindingAnswer(long position, String text) {}

    record Findings(
            @JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<FindingAnswer> findings) {}

    FindingListController(Snapshots snapshots, Bases bases, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/hosts/{host}/findings")
    Findings list(
            @PathVariable String host,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            Listing<FindingAnswer> found = page.list(
                    jdbc,
                    standpoint,
                    SELECT,
                    NEWEST_FIRST,
                    Map.of(),
                    (row, number) -> new FindingAnswer(row.getLong("position"), row.getString("text")));
            return new Findings(
                    bases.sinceHorizon(bases.ofHost(standpoint)), found.truncated(), found.next(), found.elements());
        });
    }
}
