package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
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
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final MappingQueries mappings;

    record One(long position, Optional<String> instant, boolean tainted, MappingAnswer mapping) {}

    record History(
            long position,
            Optional<String> instant,
            boolean tainted,
            MappingAnswer mapping,
            List<IntervalAnswer> intervals) {}

    MappingHistoryController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, MappingQueries mappings) {
        this.hosts = hosts;
        this.snapshots = snapshots;
        this.times = times;
        this.mappings = mappings;
    }

    @GetMapping("/api/v1/mappings/{mapping}")
    One one(@PathVariable String mapping, @RequestParam Optional<String> wait) {
        MappingId id = Parameters.mapping(mapping);
        return snapshots.ofState(
                wait,
                position -> new One(position, times.of(id.host()), hosts.tainted(id.host()), required(id, position)));
    }

    @GetMapping("/api/v1/mappings/{mapping}/history")
    History history(@PathVariable String mapping, @RequestParam Optional<String> wait) {
        MappingId id = Parameters.mapping(mapping);
        return snapshots.ofState(
                wait,
                position -> new History(
                        position,
                        times.of(id.host()),
                        hosts.tainted(id.host()),
                        required(id, position),
                        mappings.history(id)));
    }

    private MappingAnswer required(MappingId id, long position) {
        return mappings.find(id)
                .orElseThrow(() -> Problem.notFound(
                                "mapping",
                                id.toString(),
                                "as of position " + position + "; a context's mappings?state=all lists the known")
                        .with("position", position));
    }
}
