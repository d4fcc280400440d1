package io.iommuledger.query.alarm;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Alarms about withdrawn mappings that the kernel refused to install again. They follow from how the mappings stand: one
 * begins with the refusal, and ends with whatever state comes next.
 */
@Component
class LostMappings {
    private static final String KIND = Cause.RESTORE_REFUSED.name();

    /** The last stretch in which each mapping was lost: its last row, how it began, and what came after it. */
    private static final String STRETCHES = """
            WITH lost AS MATERIALIZED (
                SELECT DISTINCT ON (t.host, t.epoch, t.number) t.* FROM mapping_interval t
                WHERE t.cause = 'RESTORE_REFUSED' AND t.begin_position <= :known AND (:any OR t.host = :host)
                ORDER BY t.host, t.epoch, t.number, t.begin_position DESC)
            SELECT i.*, stretch.since_nanos, stretch.times, next.state AS next_state, next.cause AS next_cause,
                next.begin_nanos AS next_nanos,
                (SELECT o.principal FROM requested_operation o WHERE o.operation = next.operation) AS next_principal,
                device.decoding, device.power, policies.mmio
            FROM lost i
            LEFT JOIN LATERAL (
                SELECT t.decoding, t.power FROM device_interval t
                WHERE t.host = i.host AND t.epoch = i.epoch AND t.address = i.exporter AND t.begin_position <= :known
                ORDER BY t.begin_position DESC LIMIT 1) device ON true
            LEFT JOIN LATERAL (
                SELECT t.mmio FROM host_interval t WHERE t.host = i.host AND t.begin_position <= :known
                ORDER BY t.begin_position DESC LIMIT 1) policies ON true
            JOIN LATERAL (
                SELECT min(t.begin_nanos) AS since_nanos, count(*) AS times FROM mapping_interval t
                WHERE t.host = i.host AND t.epoch = i.epoch AND t.number = i.number
                    AND t.begin_position <= i.begin_position AND t.begin_position > coalesce((
                        SELECT b.begin_position FROM mapping_interval b
                        WHERE b.host = i.host AND b.epoch = i.epoch AND b.number = i.number
                            AND b.begin_position < i.begin_position AND b.cause <> 'RESTORE_REFUSED'
                        ORDER BY b.begin_position DESC LIMIT 1), -1)) stretch ON true
            LEFT JOIN LATERAL (
                SELECT t.* FROM mapping_interval t
                WHERE t.host = i.host AND t.epoch = i.epoch AND t.number = i.number
                    AND t.begin_position > i.begin_position
                ORDER BY t.begin_position LIMIT 1) next ON next.begin_position <= :known
            WHERE :all OR next.begin_position IS NULL
            ORDER BY i.host, i.epoch, i.number
            """;

    private final JdbcClient jdbc;

    LostMappings(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param all those too that were restored or unmapped since */
    List<Since> at(Standpoint standpoint, Optional<HostId> host, boolean all) {
        return jdbc.sql(STRETCHES)
                .param("known", standpoint.known())
                .param("any", host.isEmpty())
                .param("host", host.map(HostId::value).orElse(""))
                .param("all", all)
                .query((row, number) -> new Since(row.getLong("since_nanos"), alarm(row)))
                .list();
    }

    private static AlarmAnswer alarm(ResultSet row) throws SQLException {
        Lost lost = lost(row);
        Remedy remedy = Remedy.of(lost);
        Optional<String> next = Columns.text(row, "next_state");
        return new AlarmAnswer(
                lost.id(),
                lost.host(),
                KIND,
                next.isEmpty(),
                lost.id(),
                "mapping %s (%s) does not translate: it was withdrawn, and the kernel refused to install it again, %s. Likely cause: %s"
                        .formatted(lost.id(), what(row, lost), lost.evidence(), remedy.likelyCause()),
                next.isEmpty() ? Optional.of(remedy.whatToDo()) : Optional.empty(),
                Times.rfc3339(row.getLong("since_nanos")),
                Times.rfc3339(row.getLong("begin_nanos")),
                row.getLong("times"),
                next.isEmpty() ? Optional.empty() : Optional.of(end(row)));
    }

    private static Lost lost(ResultSet row) throws SQLException {
        HostId host = new HostId(row.getString("host"));
        long epoch = row.getLong("epoch");
        return new Lost(
                new MappingId(host, epoch, row.getLong("number")).toString(),
                host.value(),
                new ContextId(epoch, row.getLong("context")),
                new IovaRange(IovaColumn.flip(row.getLong("iova_start")), IovaColumn.flip(row.getLong("iova_last"))),
                new KernelEvidence(row.getString("refused_call"), new Errno(row.getInt("refused_errno"))),
                Columns.text(row, "exporter"),
                Columns.text(row, "path"),
                row.getBoolean("device_memory"),
                Columns.text(row, "decoding"),
                PowerState.LOW.name().equals(row.getString("power")),
                Mmio.STRICT.name().equals(row.getString("mmio")));
    }

    private static String what(ResultSet row, Lost lost) throws SQLException {
        int bar = row.getInt("bar");
        return "IOVA " + Hex.address(lost.iova().start()) + "-"
                + Hex.address(lost.iova().last()) + " of context " + lost.context()
                + lost.exporter()
                        .map(exporter -> ", BAR " + bar + " of " + exporter)
                        .orElse("")
                + lost.file().map(file -> ", file " + file).orElse("");
    }

    private static AlarmAnswer.EndAnswer end(ResultSet row) throws SQLException {
        return new AlarmAnswer.EndAnswer(
                Times.rfc3339(row.getLong("next_nanos")),
                Columns.text(row, "next_principal"),
                "the mapping is " + row.getString("next_state") + ": " + row.getString("next_cause"));
    }
}
