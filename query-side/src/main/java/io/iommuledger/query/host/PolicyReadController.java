package io.iommuledger.query.host;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/policies}. */
@RestController
class PolicyReadController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final HostQueries hosts;

    record InForce(@JsonUnwrapped Basis basis, String onRelease, String onReset, String mmio, boolean sealed) {}

    PolicyReadController(Snapshots snapshots, Bases bases, HostQueries hosts) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.hosts = hosts;
    }

    @GetMapping("/api/v1/hosts/{host}/policies")
    InForce policies(@PathVariable String host, When when) {
        return snapshots.ofHost(when, Parameters.host(host), standpoint -> {
            PolicyAnswer found = hosts.policiesOf(standpoint);
            return new InForce(
                    bases.ofHost(standpoint),
                    found.policies().onRelease(),
                    found.policies().onReset(),
                    found.policies().mmio(),
                    found.sealed());
        });
    }
}
