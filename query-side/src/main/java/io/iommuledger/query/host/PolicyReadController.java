package io.iommuledger.query.host;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/policies}. */
@RestController
class PolicyReadController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;

    record InForce(
            long position,
            Optional<String> instant,
            String onRelease,
            String onReset,
            String mmio,
            boolean sealed,
            boolean tainted) {}

    PolicyReadController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
    }

    @GetMapping("/api/v1/hosts/{host}/policies")
    InForce policies(@PathVariable String host, @RequestParam Optional<String> wait) {
        HostId id = Parameters.host(host);
        return snapshots.ofState(wait, position -> {
            hosts.require(id, position);
            PolicyAnswer found = hosts.policiesOf(id).orElseThrow();
            return new InForce(
                    position,
                    times.of(id),
                    found.policies().onRelease(),
                    found.policies().onReset(),
                    found.policies().mmio(),
                    found.sealed(),
                    found.tainted());
        });
    }
}
