package io.iommuledger.query.mapping;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.mapping.MappingId;
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
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET mappings/{id}} and {@code GET mappings/{id}/history}: one mapping, ended ones too. */
@RestController
class MappingHistoryController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final MappingQueries mappings;

    /** @param exposures of its whole life so far, which a list does not look through; absent if there was none */
    record Whole(@JsonUnwrapped MappingAnswer mapping, Optional<ExposuresAnswer> exposures) {}

    record One(@JsonUnwrapped Basis basis, Whole mapping) {}

    record History(
            @JsonUnwrapped Basis basis,
            boolean truncated,
            Optional<String> next,
            Whole mapping,
            List<IntervalAnswer> intervals) {}

    MappingHistoryController(Snapshots snapshots, Bases bases, MappingQueries mappings) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.mappings = mappings;
    }

    @GetMapping("/api/v1/mappings/{mapping}")
    One one(@PathVariable String mapping, When when) {
        MappingId id = Parameters.mapping(mapping);
        return snapshots.ofHost(
                when, id.host(), standpoint -> new One(bases.ofHost(standpoint), required(standpoint, id)));
    }

    @GetMapping("/api/v1/mappings/{mapping}/history")
    History history(
            @PathVariable String mapping,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        MappingId id = Parameters.mapping(mapping);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id.host(), standpoint -> {
            Whole last = required(standpoint, id);
            Listing<IntervalAnswer> found = mappings.history(standpoint, id, page);
            return new History(bases.ofHost(standpoint), found.truncated(), found.next(), last, found.elements());
        });
    }

    private Whole required(Standpoint standpoint, MappingId id) {
        MappingAnswer mapping = mappings.find(standpoint, id)
                .orElseThrow(() -> Problem.notFound(
                                "mapping",
                                id.toString(),
                                standpoint.inWords() + "; a context's mappings?state=all lists the known")
                        .with("position", standpoint.known()));
        return new Whole(mapping, mappings.exposures(standpoint, id));
    }
}
