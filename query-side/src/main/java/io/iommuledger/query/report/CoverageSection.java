package io.iommuledger.query.report;

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

/** Which types of records there are in the period, and how many of each. */
@Component
@Order(30)
class CoverageSection implements Section {
    private static final Table TABLE = Table.of(
            "event-types",
            "Types of records, by host",
            "host:Host",
            "type:Type",
            "count:Records",
            "first:First position",
            "last:Last position");

    private static final String SELECT = """
            SELECT coalesce(host, '') AS host, type, count(*) AS records, min(position) AS first, max(position) AS last FROM (
                SELECT e.position, e.type, %s AS host FROM event_log e
                WHERE e.position > :from AND e.position <= :to) AS one
            WHERE :all OR host = ANY(:hosts) GROUP BY 1, 2 ORDER BY 1, 2
            """.formatted(LogReader.HOST);

    private final Sets sets;
    private final JdbcClient jdbc;

    CoverageSection(Sets sets, JdbcClient jdbc) {
        this.sets = sets;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "coverage",
                "What was recorded",
                EnumSet.of(Kind.COMPLIANCE),
                Control.AU_2,
                Control.AU_3,
                Control.AU_12,
                Control.PCI_10_2,
                Control.ISO_8_15);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "Unless facts are missing (see completeness), every call to the kernel that changes something is recorded"
                        + " twice: what was asked before it, and what the kernel answered after it. No type of record of hosts, keys and"
                        + " operations can be switched off; who reads is recorded where that is switched on (see access).");
        List<List<?>> types = sets.read(() -> jdbc.sql(SELECT)
                .param("from", period.from())
                .param("to", period.to())
                .param("all", period.scope().hosts().isEmpty())
                .param("hosts", period.hosts())
                .<List<?>>query((row, number) -> Rows.row(
                        Optional.of(row.getString("host")).filter(host -> !host.isEmpty()),
                        row.getString("type"),
                        row.getLong("records"),
                        row.getLong("first"),
                        row.getLong("last")))
                .list());
        document.table(TABLE, taker -> {
            for (List<?> type : types) {
                taker.take(type);
            }
        });
    }
}
