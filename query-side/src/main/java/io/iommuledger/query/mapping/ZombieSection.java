package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.report.Control;
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
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Zombies of a period: how long they exposed what, and what became of them. */
@Component
@org.springframework.core.annotation.Order(50)
class ZombieSection implements Section {
    private static final Table TABLE = Table.of(
            "zombies",
            "Intervals in which a mapping was a zombie",
            "mapping:Mapping",
            "state:State",
            "cause:Cause",
            "source:Source",
            "exposes:Exposes",
            "since:Since",
            "sincePosition:At position",
            "until:Until",
            "untilPosition:At position",
            "outcome:Became",
            "outcomeCause:Cause",
            "exposureEnded:Exposure ended",
            "atLeastNanos:Exposure at least, nanoseconds",
            "atMostNanos:At most",
            "exporter:Exporter",
            "importers:Importers",
            "iova:IOVA",
            "last:Last",
            "access:Access",
            "episode:Episode",
            "principal:Principal",
            "operation:Operation");

    private static final Order BY_BEGIN = Order.ascending(
            Order.number("begin_position"), Order.text("host"), Order.number("epoch"), Order.number("number"));

    /** A host whose newest fact is earlier than the others' ends there: what stood then is not over for what came later. */
    private static final String SELECT = """
            SELECT i.*, h.at, h.epoch AS newest_epoch, n.state AS outcome, n.cause AS outcome_cause
            FROM %s JOIN LATERAL (
                SELECT i.* FROM mapping_interval i
                WHERE i.host = h.host AND i.begin_position <= h.at AND i.zombie
                    AND (i.end_position IS NULL OR i.end_position > least(:from, h.at)) %s %s) i ON true
            LEFT JOIN LATERAL (
                SELECT t.state, t.cause FROM mapping_interval t
                WHERE t.host = i.host AND t.epoch = i.epoch AND t.number = i.number
                    AND t.begin_position > i.begin_position AND t.begin_position <= h.at
                ORDER BY t.begin_position LIMIT 1) n ON true
            """.formatted(Standing.HOSTS, Page.AFTER, Page.ORDER);

    private final Reading reading;
    private final JdbcClient jdbc;

    private record Zombie(MappingAnswer mapping, Optional<String> outcome, Optional<String> outcomeCause) {}

    ZombieSection(Reading reading, JdbcClient jdbc) {
        this.reading = reading;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "zombie-mappings",
                "Zombies",
                EnumSet.allOf(Kind.class),
                Control.AU_2,
                Control.AU_3,
                Control.AU_6,
                Control.PCI_10_2);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "A zombie is a mapping that outlives what it maps. No moment within a system call can be observed: the"
                        + " exposure lies between two bounds, by the host's monotonic clock. What is INFERRED follows from what the"
                        + " kernel answered; nobody observed it.");
        boolean onlyStanding = period.asked().kind() == Kind.INVENTORY;
        document.table(
                TABLE,
                taker -> reading.<Zombie>each(period, (end, page) -> find(end, period, page), zombie -> {
                    if (!onlyStanding || zombie.mapping().until().isEmpty()) {
                        taker.take(row(zombie));
                    }
                }));
    }

    private Listing<Zombie> find(Standpoint end, Period period, Page page) {
        return page.list(
                jdbc,
                end,
                MappingSql.page(end, SELECT),
                BY_BEGIN,
                Map.of("from", period.asked().kind() == Kind.INVENTORY ? period.to() : period.from()),
                (row, number) -> new Zombie(
                        MappingRow.mapping(row, number),
                        Columns.text(row, "outcome"),
                        Columns.text(row, "outcome_cause")));
    }

    private static List<?> row(Zombie zombie) {
        MappingAnswer mapping = zombie.mapping();
        return Rows.row(
                mapping.id(),
                mapping.state(),
                mapping.cause(),
                mapping.source(),
                mapping.exposes(),
                mapping.since(),
                mapping.sincePosition(),
                mapping.until().map(Moment::instant),
                mapping.until().map(Moment::position),
                zombie.outcome(),
                zombie.outcomeCause(),
                mapping.exposure().map(ExposureAnswer::ended),
                mapping.exposure().map(ExposureAnswer::atLeastNanos),
                mapping.exposure().flatMap(ExposureAnswer::atMostNanos),
                mapping.exporter(),
                mapping.importers(),
                mapping.iova(),
                mapping.last(),
                mapping.access(),
                mapping.episode(),
                mapping.principal(),
                mapping.operation().map(Object::toString));
    }
}
