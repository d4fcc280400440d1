package io.iommuledger.query.fault;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Body;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/faults}: DMA that the IOMMU stopped, with what is or last was at the address. */
@RestController
class FaultListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final FaultQueries queries;

    /**
     * One stopped DMA.
     *
     * @param kernelNanos the log line's time, by the host's monotonic clock
     * @param standing    whether the mapping stood at that moment; if not, it is the last one that was there
     */
    record FaultAnswer(
            String host,
            long position,
            String instant,
            String device,
            String iova,
            String access,
            String reason,
            Object kernelNanos,
            Optional<String> context,
            Optional<String> mapping,
            boolean standing,
            Optional<String> mappingState,
            Optional<String> mappingCause,
            Optional<Moment> mappingSince,
            String explanation) {}

    /**
     * A page of them.
     *
     * @param removed how many more there were at that place in history, of whatever device, whose payloads were removed
     *                under a rule of retention
     */
    record Faults(
            @JsonUnwrapped Basis basis,
            long removed,
            boolean truncated,
            Optional<String> next,
            List<FaultAnswer> faults) {}

    FaultListController(Snapshots snapshots, Bases bases, FaultQueries queries) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.queries = queries;
    }

    @GetMapping("/api/v1/hosts/{host}/faults")
    Faults list(
            @PathVariable String host,
            @RequestParam Optional<String> device,
            @RequestParam Optional<String> iova,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        Optional<PciAddress> address = device.map(text -> Parameters.device("device", text));
        Optional<Long> at = iova.map(text -> Body.parseU64("iova", text));
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            Listing<FaultAnswer> found = queries.find(standpoint, address, at, page);
            return new Faults(
                    bases.sinceHorizon(bases.ofHost(standpoint)),
                    queries.removed(standpoint),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }
}
