package io.iommuledger.query.host;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.query.mapping.UnknownDevices;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts}. */
@RestController
class HostListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final HostQueries hosts;
    private final UnknownDevices unknown;

    /** @param note of mappings that may be zombies, and are not counted as such */
    record Hosts(
            @JsonUnwrapped Basis basis,
            Optional<String> note,
            boolean truncated,
            Optional<String> next,
            List<HostAnswer> hosts) {}

    HostListController(Snapshots snapshots, Bases bases, HostQueries hosts, UnknownDevices unknown) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.hosts = hosts;
        this.unknown = unknown;
    }

    @GetMapping("/api/v1/hosts")
    Hosts list(When when, @RequestParam Optional<String> limit, @RequestParam Optional<String> cursor) {
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHosts(page.when(), Optional.empty(), standpoint -> {
            Listing<HostAnswer> found =
                    hosts.all(standpoint, page, page.when().at().isEmpty());
            return new Hosts(
                    bases.ofHosts(standpoint, Set.of()),
                    unknown.noteOfZombies(standpoint),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }
}
