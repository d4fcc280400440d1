package io.iommuledger.query.context;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/contexts}. */
@RestController
class ContextListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final ContextQueries contexts;

    record Contexts(long position, Optional<String> instant, boolean tainted, List<ContextAnswer> contexts) {}

    ContextListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, ContextQueries contexts) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.contexts = contexts;
    }

    @GetMapping("/api/v1/hosts/{host}/contexts")
    Contexts list(
            @PathVariable String host,
            @RequestParam(defaultValue = "standing") String state,
            @RequestParam Optional<String> wait) {
        HostId id = Parameters.host(host);
        Function<HostId, List<ContextAnswer>> query = switch (state.toLowerCase(Locale.ROOT)) {
            case "standing" -> contexts::standing;
            case "all" -> contexts::all;
            default -> throw Problem.badField("state", state, "standing or all");
        };
        return snapshots.ofState(wait, position -> {
            hosts.require(id, position);
            return new Contexts(position, times.of(id), hosts.tainted(id), query.apply(id));
        });
    }
}
