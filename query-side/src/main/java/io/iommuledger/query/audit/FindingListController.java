package io.iommuledger.query.audit;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Listing;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/findings}: what is odd about the facts of a host, newest first. */
@RestController
class FindingListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final JdbcClient jdbc;

    record FindingAnswer(long position, String text) {}

    record Findings(
            long position,
            Optional<String> instant,
            boolean tainted,
            boolean truncated,
            List<FindingAnswer> findings) {}

    FindingListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/hosts/{host}/findings")
    Findings list(
            @PathVariable String host, @RequestParam Optional<String> limit, @RequestParam Optional<String> wait) {
        HostId id = Parameters.host(host);
        int most = Parameters.limit(limit, Listing.USUAL, Listing.MOST);
        return snapshots.ofState(wait, position -> {
            hosts.require(id, position);
            Listing<FindingAnswer> found = Listing.of(
                    jdbc.sql("SELECT position, text FROM finding WHERE host = :host"
                                    + " ORDER BY position DESC, ordinal DESC LIMIT :limit")
                            .param("host", id.value())
                            .param("limit", most + 1)
                            .query((row, number) -> new FindingAnswer(row.getLong("position"), row.getString("text")))
                            .list(),
                    most);
            return new Findings(position, times.of(id), hosts.tainted(id), found.truncated(), found.elements());
        });
    }
}
