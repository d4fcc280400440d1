package io.iommuledger.query.mapping;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.iova.IovaRange;
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
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/contexts/{context}/mappings} and {@code GET mappings}: many mappings at once. */
@RestController
class MappingListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final ContextQueries contexts;
    private final MappingQueries mappings;
    private final UnknownDevices unknown;

    /** @param note of mappings that may be of the device that was asked for, or zombies if these were, if there are any */
    record Mappings(
            @JsonUnwrapped Basis basis,
            Optional<String> note,
            boolean truncated,
            Optional<String> next,
            List<MappingAnswer> mappings) {
        static Mappings of(Basis basis, Optional<String> note, Listing<MappingAnswer> found) {
            return new Mappings(basis, note, found.truncated(), found.next(), found.elements());
        }
    }

    record Intervals(
            @JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<IntervalAnswer> intervals) {}

    MappingListController(
            Snapshots snapshots,
            Bases bases,
            ContextQueries contexts,
            MappingQueries mappings,
            UnknownDevices unknown) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.contexts = contexts;
        this.mappings = mappings;
        this.unknown = unknown;
    }

    @GetMapping("/api/v1/hosts/{host}/contexts/{context}/mappings")
    Mappings ofContext(
            @PathVariable String host,
            @PathVariable String context,
            @RequestParam(defaultValue = "live") String state,
            @RequestParam Optional<String> iova,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId hostId = Parameters.host(host);
        ContextId id = Parameters.context(context);
        StateFilter states = StateFilter.parse(state);
        IovaRange range = iova.map(IovaFilter::parse).orElse(IovaRange.ALL);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), hostId, standpoint -> {
            contexts.require(standpoint, hostId, id);
            return Mappings.of(
                    bases.sinceHorizon(bases.ofHost(standpoint), states.ended()),
                    states.zombies() ? unknown.noteOfZombies(standpoint, id) : Optional.empty(),
                    mappings.ofContext(standpoint, id, states, range, page));
        });
    }

    /** What was ever mapped in a range of a context. */
    @GetMapping("/api/v1/hosts/{host}/contexts/{context}/history")
    Intervals history(
            @PathVariable String host,
            @PathVariable String context,
            @RequestParam Optional<String> iova,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId hostId = Parameters.host(host);
        ContextId id = Parameters.context(context);
        IovaRange range = IovaFilter.parse(iova.orElseThrow(() -> Problem.missing("iova", "an address or START-LAST")));
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), hostId, standpoint -> {
            contexts.require(standpoint, hostId, id);
            Listing<IntervalAnswer> found = mappings.history(standpoint, id, range, page);
            return new Intervals(
                    bases.sinceHorizon(bases.ofHost(standpoint)), found.truncated(), found.next(), found.elements());
        });
    }

    /** Who maps an address, or a BAR, on a host or anywhere. */
    @GetMapping("/api/v1/mappings")
    Mappings anywhere(
            @RequestParam Optional<String> host,
            @RequestParam(defaultValue = "live") String state,
            @RequestParam Optional<String> iova,
            @RequestParam Optional<String> exporter,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        Optional<HostId> hostId = host.map(Parameters::host);
        Optional<String> device =
                exporter.map(text -> Parameters.device("exporter", text)).map(PciAddress::toString);
        if (iova.isEmpty() && device.isEmpty()) {
            throw Problem.missing("iova", "an address or START-LAST, or else a device in exporter");
        }
        IovaRange range = iova.map(IovaFilter::parse).orElse(IovaRange.ALL);
        MappingQueries.Wanted wanted = new MappingQueries.Wanted(StateFilter.parse(state), range, device);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHosts(
                page.when(),
                hostId,
                standpoint -> Mappings.of(
                        bases.sinceHorizon(
                                bases.of(standpoint, hostId), wanted.states().ended()),
                        note(standpoint, wanted),
                        mappings.find(standpoint, wanted, page)));
    }

    private Optional<String> note(Standpoint standpoint, MappingQueries.Wanted wanted) {
        if (wanted.states().zombies()) {
            return unknown.noteOfZombies(standpoint);
        }
        return wanted.exporter().isPresent() ? unknown.note(standpoint) : Optional.empty();
    }
}
