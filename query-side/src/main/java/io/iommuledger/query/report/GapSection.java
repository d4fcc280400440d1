package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Where recording failed, and what is odd about what was recorded. */
@Component
@Order(90)
class GapSection implements Section {
    private static final int AT_ONCE = 1_000;

    private static final Table GAPS = Table.of(
            "gaps",
            "Facts that are known to be missing",
            "position:Told at position",
            "host:Host",
            "epoch:Epoch",
            "facts:Facts",
            "cause:Cause",
            "why:Why");

    private static final Table FINDINGS =
            Table.of("findings", "Facts that do not fit together", "position:Position", "host:Host", "finding:Finding");

    private final Reading reading;
    private final EventRows events;
    private final Sets sets;
    private final JdbcClient jdbc;

    /** Ordered by position and ordinal. */
    private record Row(long position, int ordinal, List<?> cells) {}

    GapSection(Reading reading, EventRows events, Sets sets, JdbcClient jdbc) {
        this.reading = reading;
        this.events = events;
        this.sets = sets;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "gaps-and-failures",
                "Gaps, lone intents and failures of recording",
                EnumSet.of(Kind.COMPLIANCE, Kind.INCIDENT),
                Control.AU_5,
                Control.PCI_10_7,
                Control.ISO_8_15);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "An intent that an agent's death left without an answer is resolved by its next start: what it asked for is"
                        + " so (CONFIRMED), is not there (ABSENT), or nobody can say (UNKNOWN).");
        document.table(
                GAPS,
                rows(
                        period,
                        "fact_gap",
                        "epoch, facts, cause, why",
                        row -> Rows.row(
                                row.getLong("position"),
                                row.getString("host"),
                                row.getLong("epoch"),
                                row.getLong("facts"),
                                row.getString("cause"),
                                row.getString("why"))));
        document.table(
                EventRows.table("failures", "Lone intents, lost facts, damaged journals, faults that were missed"),
                events.of(
                        period,
                        "host.intent-resolved",
                        "host.facts-lost",
                        "host.journal-damaged",
                        "host.faults-missed",
                        "mapping.unmap-fell-short"));
        document.table(
                FINDINGS,
                rows(
                        period,
                        "finding",
                        "text",
                        row -> Rows.row(row.getLong("position"), row.getString("host"), row.getString("text"))));
    }

    private interface Mapper {
        List<?> cells(java.sql.ResultSet row) throws java.sql.SQLException;
    }

    /** Host by host, each in order. */
    private Rows rows(Period period, String table, String columns, Mapper mapper) {
        return taker -> {
            String select = "SELECT host, position, ordinal, " + columns + " FROM " + table;
            for (String host : having(period, table)) {
                long position = period.from();
                int ordinal = Integer.MAX_VALUE;
                List<Row> page;
                do {
                    page = page(period, host, select, mapper, position, ordinal);
                    for (Row row : page) {
                        taker.take(row.cells());
                        position = row.position();
                        ordinal = row.ordinal();
                    }
                } while (page.size() == AT_ONCE);
            }
        };
    }

    /** Of most hosts there is nothing to tell. */
    private List<String> having(Period period, String table) {
        String[] hosts = reading.hosts(period).stream().map(HostId::value).toArray(String[]::new);
        return sets.read(
                () -> jdbc.sql("SELECT host FROM unnest(:hosts::text[]) WITH ORDINALITY AS h (host, n) WHERE EXISTS ("
                                + "SELECT FROM " + table
                                + " t WHERE t.host = h.host AND t.position > :from AND t.position <= :to)"
                                + " ORDER BY n")
                        .param("hosts", hosts)
                        .param("from", period.from())
                        .param("to", period.to())
                        .query(String.class)
                        .list());
    }

    private List<Row> page(Period period, String host, String select, Mapper mapper, long position, int ordinal) {
        return sets.read(() -> jdbc.sql(select + " WHERE host = :host AND (position, ordinal) > (:position, :ordinal)"
                        + " AND position <= :to ORDER BY position, ordinal LIMIT :most")
                .param("host", host)
                .param("position", position)
                .param("ordinal", ordinal)
                .param("to", period.to())
                .param("most", AT_ONCE)
                .query((row, number) -> new Row(row.getLong("position"), row.getInt("ordinal"), mapper.cells(row)))
                .list());
    }
}
