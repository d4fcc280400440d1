package io.iommuledger.query.reset;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of reset episodes. */
@Component
class EpisodeQueries {
    private static final Order NEWEST_FIRST = Order.descending(
            Order.number("began_position"), Order.text("host"), Order.number("epoch"), Order.number("number"));

    /** What the episode did to mappings, by their intervals in it; those that waited may do so still. */
    private static final String FATES = """
            JOIN LATERAL (
                SELECT coalesce(array_agg(DISTINCT i.host || '.' || i.epoch || '-' || i.number), '{}') AS mappings,
                    count(DISTINCT i.number) FILTER (WHERE i.state = 'REVOKED') AS withdrawn,
                    count(*) FILTER (WHERE i.state = 'REVOKED' AND i.cause <> 'RESTORE_REFUSED'
                        AND (i.end_position IS NULL OR i.end_position > e.at)) AS waiting,
                    count(*) FILTER (WHERE i.state = 'REVOKED' AND i.cause = 'RESTORE_REFUSED'
                        AND (i.end_position IS NULL OR i.end_position > e.at)) AS lost
                FROM mapping_interval i
                WHERE i.episode = e.host || '.' || e.epoch || '-r' || e.number AND i.begin_position <= e.at) AS m ON true
            """;

    private static final Order BY_NUMBER = Order.ascending(Order.number("epoch"), Order.number("number"));

    private final JdbcClient jdbc;

    /**
     * Which episodes are wanted.
     *
     * @param device that they affected
     * @param open   whether they are open
     */
    record Wanted(Optional<PciAddress> device, Optional<Boolean> open) {}

    EpisodeQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Newest first. */
    Listing<EpisodeAnswer> find(Standpoint standpoint, Wanted wanted, Page page) {
        String at = standpoint.position();
        String scope = standpoint.host() + (wanted.device().isPresent() ? " AND :device = ANY(t.affected)" : "");
        // Open ones are few and found as such; of the others the interval that shows the end stands for the episode.
        boolean onlyOpen = wanted.open().orElse(false);
        String rows = onlyOpen
                ? Standing.in(standpoint, "episode_interval", scope, at)
                : """
                (SELECT t.* FROM episode_interval t WHERE t.began_position <= %1$s AND t.begin_position <= %1$s AND %2$s
                    AND (t.end_position IS NULL OR t.end_position > %1$s OR t.end_position = t.begin_position) %3$s
                    %4$s %5$s)
                """.formatted(
                        at, scope, wanted.open().isPresent() ? "AND t.outcome <> 'OPEN'" : "", Page.AFTER, Page.ORDER);
        String sql = """
                SELECT * FROM (SELECT * FROM (
                    SELECT t.*, h.at FROM %s JOIN LATERAL %s t ON t.host = h.host) AS one
                    WHERE true %s %s) AS e %s %s
                """.formatted(Standing.HOSTS, rows, Page.AFTER, Page.ORDER, FATES, Page.ORDER);
        return page.list(
                jdbc,
                standpoint,
                sql,
                NEWEST_FIRST,
                Map.of("device", wanted.device().map(PciAddress::toString).orElse("")),
                (row, number) -> answer(row));
    }

    Optional<EpisodeAnswer> find(Standpoint standpoint, EpisodeId id) {
        String sql = "SELECT * FROM (SELECT t.*, h.at FROM " + Standing.HOSTS + " JOIN LATERAL "
                + Standing.last(
                        "episode_interval", "t.host = h.host AND t.epoch = :epoch AND t.number = :number", "h.at")
                + " t ON true) AS e " + FATES;
        return jdbc.sql(sql)
                .params(standpoint.parameters())
                .param("epoch", id.epoch())
                .param("number", id.number())
                .query((row, number) -> answer(row))
                .optional();
    }

    /**
     * How each mapping stood before the episode touched it, in it, and how it stands since: those that it changed, and those
     * that reached a device which it affected when it began.
     */
    Listing<FateAnswer> fates(Standpoint standpoint, EpisodeAnswer episode, Page page) {
        String same = "t.host = one.host AND t.epoch = one.epoch AND t.number = one.number";
        String sql = """
                SELECT * FROM (SELECT one.*, before.state AS state_before, i.state AS state_in, i.cause AS cause_in,
                    last.state AS state_last, last.cause AS cause_last, last.begin_position, last.begin_nanos
                FROM (
                    SELECT host, epoch, number, at, bool_or(changed) AS changed,
                        coalesce(min(begin_position) FILTER (WHERE changed), :began) AS first
                    FROM (
                        SELECT t.host, t.epoch, t.number, t.begin_position, h.at, true AS changed
                        FROM %1$s JOIN mapping_interval t
                            ON t.host = h.host AND t.episode = :episode AND t.begin_position <= h.at
                        UNION ALL SELECT t.host, t.epoch, t.number, t.begin_position, h.at, false
                        FROM %1$s JOIN LATERAL %2$s t ON true) AS reached
                    GROUP BY host, epoch, number, at) AS one
                JOIN LATERAL %3$s i ON true
                LEFT JOIN LATERAL %4$s before ON true
                JOIN LATERAL %5$s last ON true) AS fate
                WHERE true %6$s %7$s
                """.formatted(
                        Standing.HOSTS,
                        Standing.then("mapping_interval", "t.host = h.host AND t.exporter = ANY(:affected)", ":began"),
                        // Not by its beginning, which it shares with all that one fact touched.
                        Standing.last("mapping_interval", same, "one.first"),
                        Standing.last("mapping_interval", same, "one.first - 1"),
                        Standing.last("mapping_interval", same, "one.at"),
                        Page.AFTER,
                        Page.ORDER);
        return page.list(
                jdbc,
                standpoint,
                sql,
                BY_NUMBER,
                Map.of(
                        "episode", episode.id(),
                        "began", episode.began().position(),
                        "affected", episode.affected().toArray(String[]::new)),
                (row, number) -> fate(row));
    }

    private static FateAnswer fate(ResultSet row) throws SQLException {
        return new FateAnswer(
                new MappingId(new HostId(row.getString("host")), row.getLong("epoch"), row.getLong("number"))
                        .toString(),
                row.getBoolean("changed"),
                Columns.text(row, "state_before"),
                row.getString("state_in"),
                row.getString("cause_in"),
                row.getString("state_last"),
                row.getString("cause_last"),
                Moment.of(row.getLong("begin_position"), row.getLong("begin_nanos")));
    }

    private static EpisodeAnswer answer(ResultSet row) throws SQLException {
        long began = row.getLong("began_nanos");
        EpisodeOutcome outcome = EpisodeOutcome.valueOf(row.getString("outcome"));
        boolean over = outcome != EpisodeOutcome.OPEN;
        boolean seen = outcome != EpisodeOutcome.UNKNOWN;
        Optional<Object> lasted = Columns.number(row, "lasted_nanos").map(Amount::unsigned);
        return new EpisodeAnswer(
                new EpisodeId(new HostId(row.getString("host")), row.getLong("epoch"), row.getLong("number"))
                        .toString(),
                row.getString("host"),
                row.getString("device"),
                row.getString("kind"),
                Columns.texts(row, "affected"),
                outcome.name(),
                Moment.of(row.getLong("began_position"), began),
                over
                        ? Optional.of(Moment.of(row.getLong("begin_position"), row.getLong("begin_nanos")))
                        : Optional.empty(),
                over && seen ? Optional.of(Amount.unsigned(row.getLong("begin_nanos") - began)) : Optional.empty(),
                Columns.refused(row),
                Columns.id(row, "operation"),
                sorted(Columns.texts(row, "mappings")),
                new EpisodeAnswer.Withdrawn(row.getLong("withdrawn"), row.getLong("waiting"), row.getLong("lost")),
                Columns.number(row, "call_nanos").map(Amount::unsigned),
                lasted.filter(known -> seen),
                lasted.filter(known -> !seen));
    }

    private static List<String> sorted(List<String> mappings) {
        return mappings.stream()
                .map(MappingId::parse)
                .sorted(Comparator.comparingLong(MappingId::epoch).thenComparingLong(MappingId::number))
                .map(MappingId::toString)
                .toList();
    }
}
