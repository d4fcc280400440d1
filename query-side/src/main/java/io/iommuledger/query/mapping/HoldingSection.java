package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Columns;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.report.Heading;
import io.iommuledger.query.report.Kind;
import io.iommuledger.query.report.Period;
import io.iommuledger.query.report.Reading;
import io.iommuledger.query.report.Section;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is mapped in each context, summed up: by state, and by what it maps. */
@Component
@org.springframework.core.annotation.Order(60)
class HoldingSection implements Section {
    private static final Table TABLE = Table.of(
            "mappings",
            "Live mappings, summed up",
            "host:Host",
            "context:Context",
            "state:State",
            "backing:What they map",
            "exporter:Exporter",
            "mappings:Mappings",
            "bytes:Bytes");

    private final Reading reading;
    private final JdbcClient jdbc;

    HoldingSection(Reading reading, JdbcClient jdbc) {
        this.reading = reading;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of("holdings", "Mappings", EnumSet.of(Kind.INVENTORY));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        List<List<?>> sums = reading.at(period, this::sums);
        document.table(TABLE, taker -> {
            for (List<?> sum : sums) {
                taker.take(sum);
            }
        });
    }

    /** As many as there are contexts, times a few. */
    private List<List<?>> sums(Standpoint end) {
        String standing = Standing.in(end, MappingSql.TABLE, end.host(), end.position());
        return jdbc.sql("""
                        SELECT i.host, i.epoch || '-' || i.context AS context, i.state,
                            CASE WHEN i.exporter IS NOT NULL THEN 'BAR' WHEN i.path IS NOT NULL AND i.device_memory
                                THEN 'device memory through a file' WHEN i.path IS NOT NULL THEN 'file'
                                WHEN i.region IS NOT NULL THEN 'region' ELSE 'memory' END AS backing,
                            i.exporter, count(*) AS mappings, sum(i.iova_last::numeric - i.iova_start + 1)::text AS bytes
                        FROM %s JOIN LATERAL %s i ON i.host = h.host
                        GROUP BY i.host, i.epoch, i.context, i.state, 4, i.exporter
                        ORDER BY i.host, i.epoch, i.context, i.state, 4, i.exporter
                        """.formatted(Standing.HOSTS, standing))
                .params(end.parameters())
                .<List<?>>query((row, number) -> Rows.row(
                        row.getString("host"),
                        row.getString("context"),
                        row.getString("state"),
                        row.getString("backing"),
                        Columns.text(row, "exporter"),
                        row.getLong("mappings"),
                        row.getString("bytes")))
                .list();
    }
}
