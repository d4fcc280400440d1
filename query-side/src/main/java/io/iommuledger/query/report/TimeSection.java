package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;
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
            FROM fact_time WHERE host = :host AND position > :after AND position <= :upTo
            """;

    /** What one statement looks at. */
    private static final long POSITIONS_AT_ONCE = 1_000_000;

    private final Reading reading;
    private final Sets sets;
    private final JdbcClient jdbc;

    /** Facts of a host; of none there is no skew and no lag. */
    private record Clock(long facts, long backwards, OptionalLong skew, OptionalLong longest, OptionalLong shortest) {
        static final Clock NONE = new Clock(0, 0, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

        Clock and(Clock other) {
            return new Clock(
                    facts + other.facts,
                    backwards + other.backwards,
                    chosen(skew, other.skew, Math::max),
                    chosen(longest, other.longest, Math::max),
                    chosen(shortest, other.shortest, Math::min));
        }

        private static OptionalLong chosen(OptionalLong one, OptionalLong other, LongBinaryOperator which) {
            return LongStream.concat(one.stream(), other.stream()).reduce(which);
        }
    }

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
        Clock all = Clock.NONE;
        for (long reached = period.from(); reached < period.to(); reached += POSITIONS_AT_ONCE) {
            all = all.and(part(host, reached, Math.min(period.to(), reached + POSITIONS_AT_ONCE)));
        }
        return Rows.row(host.value(), all.facts(), all.backwards(), all.skew(), all.longest(), all.shortest());
    }

    private Clock part(HostId host, long after, long upTo) {
        return sets.read(() -> jdbc.sql(SELECT)
                .param("host", host.value())
                .param("after", after)
                .param("upTo", upTo)
                .query((row, number) -> new Clock(
                        row.getLong("facts"),
                        row.getLong("backwards"),
                        Columns.optionalLong(row, "skew"),
                        Columns.optionalLong(row, "longest"),
                        Columns.optionalLong(row, "shortest")))
                .single());
    }
}
