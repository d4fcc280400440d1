package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.column.JsonColumn;
import io.iommuledger.query.projection.Intervals.Then;
import java.util.List;

/** Contexts as rows. */
final class ContextRows {
    private final Intervals intervals;

    ContextRows(Intervals intervals) {
        this.intervals = intervals;
    }

    void put(HostId host, At at, Context context) {
        Row row = new Row()
                .with("kind", context.kind().name())
                .with("state", context.state().name())
                .with("groups", Row.array(context.groups()))
                .with("page_sizes", context.pageSizes())
                .with("iova_ranges", JsonColumn.ranges(context.iovaRanges()))
                .with("mapping_limit", context.mappingLimit());
        intervals.put(
                at,
                List.of(host.value(), context.id().epoch(), context.id().number()),
                row,
                context.state() == ContextState.CLOSED ? Then.ENDS : Then.GOES_ON);
    }
}
