package io.iommuledger.query.reset;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET resets}, and one with the fate of each mapping. */
@RestController
class ResetListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final EpisodeQueries episodes;

    record Resets(@JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<EpisodeAnswer> resets) {}

    record One(
            @JsonUnwrapped Basis basis,
            EpisodeAnswer reset,
            boolean truncated,
            Optional<String> next,
            List<FateAnswer> fates) {}

    ResetListController(Snapshots snapshots, Bases bases, EpisodeQueries episodes) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.episodes = episodes;
    }

    @GetMapping("/api/v1/resets")
    Resets list(
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> device,
            @RequestParam Optional<String> open,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        Optional<HostId> id = host.map(Parameters::host);
        EpisodeQueries.Wanted wanted = new EpisodeQueries.Wanted(
                device.map(text -> Parameters.device("device", text)), open.map(text -> Parameters.flag("open", text)));
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHosts(page.when(), id, standpoint -> {
            Listing<EpisodeAnswer> found = episodes.find(standpoint, wanted, page);
            return new Resets(
                    bases.sinceHorizon(
                            bases.ofHosts(standpoint, id), !wanted.open().orElse(false)),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }

    @GetMapping("/api/v1/resets/{reset}")
    One one(
            @PathVariable String reset,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        EpisodeId id = Parameters.episode(reset);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id.host(), standpoint -> {
            EpisodeAnswer found = episodes.find(standpoint, id)
                    .orElseThrow(() -> Problem.notFound(
                                    "reset",
                                    id.toString(),
                                    standpoint.inWords() + "; GET /api/v1/resets lists the known")
                            .with("position", standpoint.known()));
            Listing<FateAnswer> fates = episodes.fates(standpoint, found, page);
            return new One(bases.ofHost(standpoint), found, fates.truncated(), fates.next(), fates.elements());
        });
    }
}
