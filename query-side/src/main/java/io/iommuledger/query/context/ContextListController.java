package io.iommuledger.query.context;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/contexts}. */
@RestController
class ContextListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final ContextQueries contexts;

    record Contexts(
            @JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<ContextAnswer> contexts) {}

    ContextListController(Snapshots snapshots, Bases bases, ContextQueries contexts) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.contexts = contexts;
    }

    @GetMapping("/api/v1/hosts/{host}/contexts")
    Contexts list(
            @PathVariable String host,
            @RequestParam(defaultValue = "standing") String state,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        BiFunction<Standpoint, Page, Listing<ContextAnswer>> query = switch (state.toLowerCase(Locale.ROOT)) {
            case "standing" -> contexts::standing;
            case "all" -> contexts::all;
            default -> throw Problem.badField("state", state, "standing or all");
        };
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            Listing<ContextAnswer> found = query.apply(standpoint, page);
            return new Contexts(
                    bases.sinceHorizon(bases.ofHost(standpoint), state.equalsIgnoreCase("all")),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }
}
