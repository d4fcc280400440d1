package io.iommuledger.query.reset;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Listing;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET resets}. */
@RestController
class ResetListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final EpisodeQueries episodes;

    record Resets(
            long position,
            Optional<String> instant,
            List<String> taintedHosts,
            boolean truncated,
            List<EpisodeAnswer> resets) {}

    ResetListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, EpisodeQueries episodes) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.episodes = episodes;
    }

    @GetMapping("/api/v1/resets")
    Resets list(
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> device,
            @RequestParam Optional<String> open,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> wait) {
        Optional<HostId> id = host.map(Parameters::host);
        EpisodeQueries.Wanted wanted = new EpisodeQueries.Wanted(
                id,
                device.map(Parameters::device),
                open.map(text -> Parameters.flag("open", text)),
                Parameters.limit(limit, Listing.USUAL, Listing.MOST));
        return snapshots.ofState(wait, position -> {
            id.ifPresent(known -> hosts.require(known, position));
            Listing<EpisodeAnswer> found = episodes.find(wanted);
            return new Resets(
                    position,
                    id.map(times::of).orElseGet(times::newest),
                    hosts.taintedHosts(id),
                    found.truncated(),
                    found.elements());
        });
    }
}
