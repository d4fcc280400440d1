package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the facts of one transaction change, gathered to be written in a few statements at its end. */
final class Batch {
    private final Map<HostId, FoldedHost> hosts = new LinkedHashMap<>();
    private final DeviceRows devices = new DeviceRows();
    private final ContextRows contexts = new ContextRows();
    private final IntervalRows intervals;
    private final EpisodeRows episodes = new EpisodeRows();
    private final RegionRows regions = new RegionRows();
    private final FaultRows faults = new FaultRows();
    private final FindingRows findings = new FindingRows();

    Batch(IntervalRows intervals) {
        this.intervals = intervals;
    }

    FoldedHost fold(HostId host, Function<HostId, FoldedHost> opener) {
        return hosts.computeIfAbsent(host, opener);
    }

    /** Takes what one fact changed. Of several changes to one mapping the last one is what stands after the fact. */
    void put(StreamId stream, At at, List<Change> changes) {
        Map<MappingId, Mapping> mappings = new LinkedHashMap<>();
        List<String> odd = new ArrayList<>();
        for (Change change : changes) {
            switch (change) {
                case Change.EpochChanged epoch -> {
                    // The host's row is written for every batch, from the fold.
                }
                case Change.DeviceChanged device -> devices.put(stream, at, device.now());
                case Change.ContextChanged context -> contexts.put(stream.host(), at, context.now());
                case Change.MappingChanged mapping -> mappings.put(mapping.now().id(), mapping.now());
                case Change.ExposureBounded bounded -> intervals.bound(bounded.now());
                case Change.RegionChanged region -> regions.put(at, region);
                case Change.Faulted fault -> faults.add(at, fault.fault());
                case Change.EpisodeChanged episode -> episodes.put(at, episode.now());
                case Change.Finding finding -> odd.add(finding.text());
            }
        }
        mappings.values().forEach(mapping -> intervals.put(at, mapping));
        findings.add(at.position(), stream.host(), odd);
    }

    Collection<FoldedHost> hosts() {
        return hosts.values();
    }

    DeviceRows devices() {
        return devices;
    }

    ContextRows contexts() {
        return contexts;
    }

    IntervalRows intervals() {
        return intervals;
    }

    EpisodeRows episodes() {
        return episodes;
    }

    RegionRows regions() {
        return regions;
    }

    FaultRows faults() {
        return faults;
    }

    FindingRows findings() {
        return findings;
    }
}
