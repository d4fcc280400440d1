package io.iommuledger.query.reset;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Listing;
import io.iommuledger.query.form.Moment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of reset episodes. */
@Component
class EpisodeQueries {
    private static final String SELECT = """
            SELECT e.*, ARRAY(
                SELECT i.host || '.' || i.epoch || '-' || i.number FROM mapping_interval i
                WHERE i.episode = e.host || '.' || e.epoch || '-r' || e.number
                GROUP BY i.host, i.epoch, i.number ORDER BY i.epoch, i.number) AS mappings,
                (SELECT count(DISTINCT i.number) FROM mapping_interval i
                    WHERE i.episode = e.host || '.' || e.epoch || '-r' || e.number
                    AND i.state = 'REVOKED') AS withdrawn,
                (SELECT count(*) FROM mapping_interval i
                    WHERE i.episode = e.host || '.' || e.epoch || '-r' || e.number AND i.state = 'REVOKED'
                    AND i.end_position IS NULL AND i.cause <> 'RESTORE_REFUSED') AS waiting,
                (SELECT count(*) FROM mapping_interval i
                    WHERE i.episode = e.host || '.' || e.epoch || '-r' || e.number AND i.state = 'REVOKED'
                    AND i.end_position IS NULL AND i.cause = 'RESTORE_REFUSED') AS lost
            FROM reset_episode e
            WHERE (:anyHost OR e.host = :host) AND (:anyDevice OR :device = ANY(e.affected))
            """;

    private final JdbcClient jdbc;

    /**
     * Which episodes are wanted.
     *
     * @param device that they affected
     * @param open   whether they are open
     */
    record Wanted(Optional<HostId> host, Optional<PciAddress> device, Optional<Boolean> open, int limit) {}

    EpisodeQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Newest first. */
    Listing<EpisodeAnswer> find(Wanted wanted) {
        String open = wanted.open()
                .map(is -> is ? " AND e.end_position IS NULL" : " AND e.end_position IS NOT NULL")
                .orElse("");
        List<EpisodeAnswer> found = jdbc.sql(SELECT + open + " ORDER BY e.begin_position DESC, e.number LIMIT :limit")
                .param("anyHost", wanted.host().isEmpty())
                .param("host", wanted.host().map(HostId::value).orElse(""))
                .param("anyDevice", wanted.device().isEmpty())
                .param("device", wanted.device().map(PciAddress::toString).orElse(""))
                .param("limit", wanted.limit() + 1)
                .query((row, number) -> answer(row))
                .list();
        return Listing.of(found, wanted.limit());
    }

    private static EpisodeAnswer answer(ResultSet row) throws SQLException {
        long begin = row.getLong("begin_nanos");
        return new EpisodeAnswer(
                new EpisodeId(new HostId(row.getString("host")), row.getLong("epoch"), row.getLong("number"))
                        .toString(),
                row.getString("host"),
                row.getString("device"),
                row.getString("kind"),
                Columns.texts(row, "affected"),
                row.getString("outcome"),
                Moment.of(row.getLong("begin_position"), begin),
                Columns.moment(row, "end_position", "end_nanos"),
                Columns.number(row, "end_nanos").map(end -> Amount.unsigned(end - begin)),
                Columns.refused(row),
                Columns.id(row, "operation"),
                Columns.texts(row, "mappings"),
                new EpisodeAnswer.Withdrawn(row.getLong("withdrawn"), row.getLong("waiting"), row.getLong("lost")),
                Columns.number(row, "call_nanos").map(Amount::unsigned),
                Columns.number(row, "lasted_nanos").map(Amount::unsigned));
    }
}
