package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.report.Heading;
import io.iommuledger.query.report.Kind;
import io.iommuledger.query.report.Period;
import io.iommuledger.query.report.Reading;
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
    /** Each is looked at by itself, so that an index leads to what is in the window. */
    private static final String HOSTS = "unnest(:hosts::text[]) AS drawn (host)";

    private static final String SAME = "t.host = :host AND t.epoch = :epoch AND t.number = :number";

    private static final String INTERVALS = """
            SELECT drawn.state, drawn.cause, drawn.begin_position, drawn.begin_nanos,
                CASE WHEN drawn.end_position <= :to THEN drawn.end_nanos END AS end_nanos
            FROM (
                SELECT * FROM %s AS stood WHERE stood.end_position IS NULL OR stood.end_position > :from UNION ALL
                SELECT t.* FROM mapping_interval t
                WHERE %s AND t.begin_position > :from AND t.begin_position <= :to) AS drawn
            ORDER BY drawn.begin_position LIMIT :most
            """.formatted(Standing.last(MappingSql.TABLE, SAME, ":from"), SAME);

    private static final String RESETS = """
            SELECT DISTINCT e.host || '.' || e.epoch || '-r' || e.number || ' ' || e.kind || ' ' || e.device AS name,
                e.began_nanos, e.began_position
            FROM %s JOIN episode_interval e
                ON e.host = drawn.host AND e.began_position > :from AND e.began_position <= :to
            ORDER BY e.began_position LIMIT :most
            """.formatted(HOSTS);

    private static final String FAULTS = """
            SELECT 'DMA fault of ' || f.device || ' of ' || f.host || ', ' || f.reason AS name, f.nanos AS began_nanos
            FROM %s JOIN LATERAL (
                SELECT f.* FROM dma_fault f WHERE f.host = drawn.host AND f.position > :from AND f.position <= :to
                ORDER BY f.position LIMIT :most) AS f ON true
            ORDER BY f.position LIMIT :most
            """.formatted(HOSTS);

    /** Of a host no fact is of an earlier time than the one before it. */
    private static final String TIMES = """
            SELECT min(one.nanos) AS first, max(other.nanos) AS last
            FROM %s JOIN LATERAL (
                SELECT t.nanos FROM fact_time t WHERE t.host = drawn.host AND t.position > :from AND t.position <= :to
                ORDER BY t.position LIMIT 1) AS one ON true
            JOIN LATERAL (
                SELECT t.nanos FROM fact_time t WHERE t.host = drawn.host AND t.position > :from AND t.position <= :to
                ORDER BY t.position DESC LIMIT 1) AS other ON true
            """.formatted(HOSTS);

    private final Reading reading;
    private final Sets sets;
    private final JdbcClient jdbc;

    private record Times(OptionalLong first, OptionalLong last) {}

    PictureSection(Reading reading, Sets sets, JdbcClient jdbc) {
        this.reading = reading;
        this.sets = sets;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of("picture", "Mappings over time", EnumSet.of(Kind.INCIDENT));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        String[] hosts = reading.hosts(period).stream().map(HostId::value).toArray(String[]::new);
        Optional<MappingPicture> picture = sets.read(() -> picture(period, hosts));
        if (picture.isEmpty()) {
            document.text("No fact of these hosts is in the window: there is nothing to draw.");
            return;
        }
        document.chart(picture.get().chart());
    }

    private Optional<MappingPicture> picture(Period period, String[] hosts) {
        Times times = asked(TIMES, period, hosts)
                .query((row, number) ->
                        new Times(Columns.optionalLong(row, "first"), Columns.optionalLong(row, "last")))
                .single();
        if (times.first().isEmpty() || times.last().isEmpty()) {
            return Optional.empty();
        }
        MappingPicture picture =
                new MappingPicture(times.first().getAsLong(), times.last().getAsLong());
        Lanes lanes = new Lanes(jdbc, period.from(), period.to(), hosts);
        lanes.drawn(MappingPicture.MOST_LANES).forEach(lane -> picture.lane(lane, intervals(period, lane)));
        picture.ofAll(lanes.all());
        asked(RESETS, period, hosts)
                .param("most", MappingPicture.MOST_MARKS)
                .query(MappingPicture.Mark.class)
                .list()
                .forEach(picture::reset);
        asked(FAULTS, period, hosts)
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

    private JdbcClient.StatementSpec asked(String sql, Period period, String[] hosts) {
        return jdbc.sql(sql)
                .param("from", period.from())
                .param("to", period.to())
                .param("hosts", hosts);
    }
}
