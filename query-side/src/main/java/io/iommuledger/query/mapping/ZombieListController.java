package io.iommuledger.query.mapping;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET zombies}. */
@RestController
class ZombieListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final ZombieQueries zombies;
    private final UnknownDevices unknown;

    /** @param note of mappings that may be zombies, if there are any */
    record Zombies(
            @JsonUnwrapped Basis basis,
            Optional<String> note,
            boolean truncated,
            Optional<String> next,
            List<MappingAnswer> zombies) {}

    ZombieListController(Snapshots snapshots, Bases bases, ZombieQueries zombies, UnknownDevices unknown) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.zombies = zombies;
        this.unknown = unknown;
    }

    @GetMapping("/api/v1/zombies")
    Zombies list(
            @RequestParam Optional<String> host,
            @RequestParam(defaultValue = "false") String ever,
            @RequestParam Optional<String> exposes,
            @RequestParam Optional<String> device,
            @RequestParam Optional<String> principal,
            @RequestParam Optional<String> olderThan,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        Optional<HostId> id = host.map(Parameters::host);
        ZombieQueries.Wanted wanted = new ZombieQueries.Wanted(
                Parameters.flag("ever", ever),
                exposes.map(text -> Parameters.flag("exposes", text)),
                device.map(text -> Parameters.device("device", text)),
                principal.map(text -> Parameters.text("principal", text)),
                olderThan.map(text -> Parameters.duration("olderThan", text)));
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHosts(page.when(), id, standpoint -> {
            Listing<MappingAnswer> found = zombies.find(standpoint, wanted, page);
            return new Zombies(
                    bases.sinceHorizon(bases.ofHosts(standpoint, id), wanted.ever()),
                    unknown.noteOfZombies(standpoint),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }
}
