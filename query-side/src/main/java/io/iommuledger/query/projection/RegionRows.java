package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.query.projection.Intervals.Then;
import java.util.List;

/** Regions of memory as rows. */
final class RegionRows {
    private final Intervals intervals;

    RegionRows(Intervals intervals) {
        this.intervals = intervals;
    }

    void put(At at, Change.RegionChanged changed) {
        Region region = changed.region();
        Row row = new Row()
                .with("size", region.size())
                .with("huge_page_bytes", region.hugePageBytes())
                .with("vaddr", region.vaddr())
                .with("allocated", changed.allocated());
        intervals.put(
                at,
                List.of(changed.stream().host().value(), changed.stream().epoch(), region.name()),
                row,
                changed.allocated() ? Then.GOES_ON : Then.ENDS);
    }
}
