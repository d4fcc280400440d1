package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Columns;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.report.Heading;
import io.iommuledger.query.report.Kind;
import io.iommuledger.query.report.Period;
import io.iommuledger.query.report.Section;
import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What happened to mappings in a window, as a picture. */
@Component
@Order(30)
class PictureSection implements Section {
    private static final String LANES = """
            SELECT i.host, i.epoch, i.number, i.context, min(i.iova_start) AS iova, count(*) OVER () AS of_all
            FROM mapping_interval i
            WHERE i.begin_position <= :to AND (i.end_position IS NULL OR i.end_position > :from) AND (:all OR i.host = ANY(:hosts))
            GROUP BY i.host, i.epoch, i.number, i.context
            ORDER BY NOT bool_or(i.zombie), max(i.begin_position) DESC, i.host, i.epoch, i.number LIMIT :most
            """;

    private static final String INTERVALS = """
            SELECT i.state, i.cause, i.begin_position, i.begin_nanos,
                CASE WHEN i.end_position <= :to THEN i.end_nanos END AS end_nanos
            FROM mapping_interval i
            WHERE i.host = :host AND i.epoch = :epoch AND i.number = :number AND i.begin_position <= :to
                AND (i.end_position IS NULL OR i.end_position > :from)
            ORDER BY i.begin_position LIMIT :most
            """;

    private static final String RESETS = """
            SELECT DISTINCT e.host || '.' || e.epoch || '-r' || e.number || ' ' || e.kind || ' ' || e.device AS name,
                e.began_nanos, e.began_position
            FROM episode_interval e
            WHERE e.began_position > :from AND e.began_position <= :to AND (:all OR e.host = ANY(:hosts))
            ORDER BY e.began_position LIMIT :most
            """;

    private static final String FAULTS = """
            SELECT 'DMA fault of ' || f.device || ' of ' || f.host || ', ' || f.reason AS name, f.nanos AS began_nanos
            FROM dma_fault f WHERE f.position > :from AND f.position <= :to AND (:all OR f.host = ANY(:hosts))
            ORDER BY f.position LIMIT :most
            """;

    private static final String TIMES = """
            SELECT min(t.nanos) AS first, max(t.nanos) AS last FROM fact_time t
            WHERE t.position > :from AND t.position <= :to AND (:all OR t.host = ANY(:hosts))
            """;

    private final Sets sets;
    private final JdbcClient jdbc;

    private record Times(OptionalLong first, OptionalLong last) {}

    PictureSection(Sets sets, JdbcClient jdbc) {
        this.sets = sets;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of("picture", "Mappings over time", EnumSet.of(Kind.INCIDENT));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        Optional<MappingPicture> picture = sets.read(() -> picture(period));
        if (picture.isEmpty()) {
            document.text("No fact of these hosts is in the window: there is nothing to draw.");
            return;
        }
        document.chart(picture.get().chart());
    }

    private Optional<MappingPicture> picture(Period period) {
        Times times = asked(TIMES, period)
                .query((row, number) ->
                        new Times(Columns.optionalLong(row, "first"), Columns.optionalLong(row, "last")))
                .single();
        if (times.first().isEmpty() || times.last().isEmpty()) {
            return Optional.empty();
        }
        MappingPicture picture =
                new MappingPicture(times.first().getAsLong(), times.last().getAsLong());
        asked(LANES, period)
                .param("most", MappingPicture.MOST_LANES)
                .query((row, number) -> new MappingPicture.Lane(
                        row.getString("host"),
                        row.getLong("epoch"),
                        row.getLong("number"),
                        row.getLong("context"),
                        row.getLong("iova"),
                        row.getLong("of_all")))
                .list()
                .forEach(lane -> picture.lane(lane, intervals(period, lane)));
        asked(RESETS, period)
                .param("most", MappingPicture.MOST_MARKS)
                .query(MappingPicture.Mark.class)
                .list()
                .forEach(picture::reset);
        asked(FAULTS, period)
                .param("most", MappingPicture.MOST_MARKS)
                .query(MappingPicture.Mark.class)
                .list()
                .forEach(picture::fault);
        return Optional.of(picture);
    }

    private List<MappingPicture.Interval> intervals(Period period, MappingPicture.Lane lane) {
        return jdbc.sql(INTERVALS)
                .param("host", lane.host())
                .param("epoch", lane.epoch())
                .param("number", lane.number())
                .param("from", period.from())
                .param("to", period.to())
                .param("most", MappingPicture.MOST_INTERVALS)
                .query((row, number) -> new MappingPicture.Interval(
                        row.getString("state"),
                        row.getString("cause"),
                        row.getLong("begin_nanos"),
                        Columns.optionalLong(row, "end_nanos")))
                .list();
    }

    private JdbcClient.StatementSpec asked(String sql, Period period) {
        return jdbc.sql(sql)
                .param("from", period.from())
                .param("to", period.to())
                .param("all", period.scope().hosts().isEmpty())
                .param("hosts", period.hosts());
    }
}
