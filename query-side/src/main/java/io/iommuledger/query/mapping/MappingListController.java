package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.query.context.ContextQueries;
import io.iommuledger.query.form.Listing;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/contexts/{context}/mappings} and {@code GET zombies}: many mappings at once. */
@RestController
class MappingListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final ContextQueries contexts;
    private final MappingQueries mappings;

    record Mappings(
            long position,
            Optional<String> instant,
            boolean tainted,
            boolean truncated,
            List<MappingAnswer> mappings) {}

    record Zombies(
            long position,
            Optional<String> instant,
            List<String> taintedHosts,
            boolean truncated,
            List<MappingAnswer> zombies) {}

    MappingListController(
            Snapshots snapshots,
            EffectiveTimes times,
            HostQueries hosts,
            ContextQueries contexts,
            MappingQueries mappings) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.contexts = contexts;
        this.mappings = mappings;
    }

    @GetMapping("/api/v1/hosts/{host}/contexts/{context}/mappings")
    Mappings ofContext(
            @PathVariable String host,
            @PathVariable String context,
            @RequestParam(defaultValue = "live") String state,
            @RequestParam Optional<String> iova,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> wait) {
        HostId hostId = Parameters.host(host);
        ContextId id = Parameters.context(context);
        StateFilter states = StateFilter.parse(state);
        IovaRange range = iova.map(IovaFilter::parse).orElse(IovaRange.ALL);
        int most = Parameters.limit(limit, Listing.USUAL, Listing.MOST);
        return snapshots.ofState(wait, position -> {
            hosts.require(hostId, position);
            contexts.require(hostId, id, position);
            Listing<MappingAnswer> found = mappings.of(hostId, id, states, range, most);
            return new Mappings(position, times.of(hostId), hosts.tainted(hostId), found.truncated(), found.elements());
        });
    }

    @GetMapping("/api/v1/zombies")
    Zombies zombies(
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> wait) {
        Optional<HostId> id = host.map(Parameters::host);
        int most = Parameters.limit(limit, Listing.USUAL, Listing.MOST);
        return snapshots.ofState(wait, position -> {
            id.ifPresent(known -> hosts.require(known, position));
            Listing<MappingAnswer> found = mappings.zombies(id, most);
            return new Zombies(
                    position,
                    id.map(times::of).orElseGet(times::newest),
                    hosts.taintedHosts(id),
                    found.truncated(),
                    found.elements());
        });
    }
}
