package io.iommuledger.query.host;

import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts}. */
@RestController
class HostListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;

    record Hosts(long position, Optional<String> instant, List<HostAnswer> hosts) {}

    HostListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
    }

    @GetMapping("/api/v1/hosts")
    Hosts list(@RequestParam Optional<String> wait) {
        return snapshots.ofState(wait, position -> new Hosts(position, times.newest(), hosts.all()));
    }
}
