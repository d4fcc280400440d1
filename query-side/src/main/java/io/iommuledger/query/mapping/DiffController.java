package io.iommuledger.query.mapping;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.context.ContextQueries;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/diff}: what is mapped otherwise than it was. */
@RestController
class DiffController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final ContextQueries contexts;
    private final DiffQueries diffs;

    /** Where the comparison begins. */
    record From(long position, Optional<String> instant) {
        static From of(Standpoint standpoint) {
            return new From(
                    standpoint.known(),
                    standpoint.instant().isPresent()
                            ? Optional.of(Times.rfc3339(standpoint.instant().getAsLong()))
                            : Optional.empty());
        }
    }

    record Diff(
            @JsonUnwrapped Basis basis,
            From from,
            boolean truncated,
            Optional<String> next,
            List<DiffAnswer> changes) {}

    DiffController(Snapshots snapshots, Bases bases, ContextQueries contexts, DiffQueries diffs) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.contexts = contexts;
        this.diffs = diffs;
    }

    /** @param from a position or an instant; what is known of it is what is known at {@code at} */
    @GetMapping("/api/v1/hosts/{host}/diff")
    Diff diff(
            @PathVariable String host,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> context,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        Optional<ContextId> only = context.map(Parameters::context);
        String before = from.orElseThrow(() -> Problem.missing("from", "a position or an instant"));
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, to -> {
            only.ifPresent(one -> contexts.require(to, id, one));
            Standpoint since = snapshots.earlier("from", before, to, id);
            Listing<DiffAnswer> found = diffs.between(since, to, only, page);
            return new Diff(bases.ofHost(to), From.of(since), found.truncated(), found.next(), found.elements());
        });
    }
}
