package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.projection.ClockTally;
import io.iommuledger.query.projection.Tallies;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** How far the clocks of hosts and store can be relied on. */
@Component
@Order(110)
class TimeSection implements Section {
    private static final Table TABLE = Table.of(
            "clocks",
            "Clocks of hosts",
            "host:Host",
            "facts:Facts",
            "backwards:Of these at a clock that had jumped back",
            "largestSkewNanos:Largest skew, nanoseconds",
            "longestLagNanos:Longest from a fact to its storing, nanoseconds",
            "shortestLagNanos:Shortest, nanoseconds");

    private final Reading reading;
    private final Tallies tallies;

    TimeSection(Reading reading, Tallies tallies) {
        this.reading = reading;
        this.tallies = tallies;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "time", "Time", EnumSet.of(Kind.COMPLIANCE), Control.AU_8, Control.PCI_10_6, Control.ISO_8_17);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "The order of records is that of their positions and rests on no clock. A fact has its host's wall clock;"
                        + " where that jumped back, the fact counts as of the same time as the one before it, and the difference is"
                        + " its skew.");
        document.table(TABLE, taker -> {
            List<HostId> hosts = reading.hosts(period);
            Map<HostId, ClockTally> clocks = tallies.clocks(hosts, period.from(), period.to());
            for (HostId host : hosts) {
                taker.take(row(host, clocks.getOrDefault(host, ClockTally.NONE)));
            }
        });
    }

    private static List<?> row(HostId host, ClockTally all) {
        return Rows.row(host.value(), all.facts(), all.backwards(), all.skew(), all.longest(), all.shortest());
    }
}
