package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
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

    private static final String SELECT = """
            SELECT count(*) AS facts, count(*) FILTER (WHERE nanos > wall_nanos) AS backwards,
                max(nanos - wall_nanos) AS skew, max(stored_nanos - nanos) AS longest, min(stored_nanos - nanos) AS shortest
            FROM fact_time WHERE host = :host AND position > :from AND position <= :to
            """;

    private final Reading reading;
    private final Sets sets;
    private final JdbcClient jdbc;

    TimeSection(Reading reading, Sets sets, JdbcClient jdbc) {
        this.reading = reading;
        this.sets = sets;
        this.jdbc = jdbc;
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
            for (HostId host : reading.hosts(period)) {
                taker.take(row(period, host));
            }
        });
    }

    private List<?> row(Period period, HostId host) {
        return sets.read(() -> jdbc.sql(SELECT)
                .param("host", host.value())
                .param("from", period.from())
                .param("to", period.to())
                .<List<?>>query((row, number) -> Rows.row(
                        host.value(),
                        row.getLong("facts"),
                        row.getLong("backwards"),
                        Optional.ofNullable(row.getObject("skew", Long.class)),
                        Optional.ofNullable(row.getObject("longest", Long.class)),
                        Optional.ofNullable(row.getObject("shortest", Long.class))))
                .single());
    }
}
