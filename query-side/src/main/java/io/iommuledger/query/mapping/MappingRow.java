package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.mapping.MappingAnswer.BackingAnswer;
import io.iommuledger.query.mapping.MappingAnswer.BarAnswer;
import io.iommuledger.query.mapping.MappingAnswer.FileAnswer;
import io.iommuledger.query.mapping.MappingAnswer.MemoryAnswer;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** A row of {@code mapping_interval}, alone or with what stands around it. */
final class MappingRow {
    /**
     * Intervals with their importers and, while they expose, where that began: after the last interval that did not. A
     * mapping has one row that is not over or that ends where it begins: the one that stands.
     */
    static final String SELECT_STANDING = """
            SELECT i.*,
                ARRAY(SELECT d.address FROM context c
                    JOIN host h ON h.id = c.host
                    JOIN device d ON d.host = h.id AND d.epoch = h.epoch AND d.iommu_group = ANY(c.groups)
                    WHERE c.host = i.host AND c.epoch = i.epoch AND c.number = i.context
                        AND i.end_position IS NULL AND d.address IS DISTINCT FROM i.exporter
                    ORDER BY d.address) AS importers,
                CASE WHEN i.end_position IS NULL AND i.state IN ('STALE', 'ORPHANED') THEN (
                    SELECT min(x.begin_nanos) FROM mapping_interval x
                    WHERE x.host = i.host AND x.epoch = i.epoch AND x.number = i.number AND x.begin_position > (
                        SELECT coalesce(max(y.begin_position), -1) FROM mapping_interval y
                        WHERE y.host = i.host AND y.epoch = i.epoch AND y.number = i.number
                            AND y.state NOT IN ('STALE', 'ORPHANED'))) END AS exposed_nanos
            FROM mapping_interval i
            WHERE (i.end_position IS NULL OR i.end_position = i.begin_position)
            """;

    private MappingRow() {}

    static MappingAnswer mapping(ResultSet row) throws SQLException {
        MappingState state = MappingState.valueOf(row.getString("state"));
        IovaRange iova = iova(row);
        return new MappingAnswer(
                id(row),
                row.getString("host"),
                new ContextId(row.getLong("epoch"), row.getLong("context")).toString(),
                Hex.address(iova.start()),
                Hex.address(iova.last()),
                Amount.bytes(iova.size()),
                Amount.text(iova.size()),
                row.getString("access"),
                backing(row),
                state.name(),
                state.zombie() && !row.getString("cause").equals("PERMISSION"),
                state.exposes(),
                row.getString("cause"),
                row.getString("source"),
                Times.rfc3339(row.getLong("begin_nanos")),
                row.getLong("begin_position"),
                Columns.id(row, "operation"),
                Columns.text(row, "episode"),
                Columns.refused(row),
                Columns.text(row, "exporter"),
                Columns.texts(row, "importers"),
                Columns.number(row, "exposed_nanos").map(Times::rfc3339),
                row.getString("cause").equals("RESTORE_REFUSED"),
                exposure(row));
    }

    static IntervalAnswer interval(ResultSet row) throws SQLException {
        long begin = row.getLong("begin_nanos");
        return new IntervalAnswer(
                row.getString("state"),
                row.getString("cause"),
                row.getString("source"),
                Columns.text(row, "episode"),
                Columns.id(row, "operation"),
                Columns.refused(row),
                Moment.of(row.getLong("begin_position"), begin),
                Columns.moment(row, "end_position", "end_nanos"),
                Columns.number(row, "end_nanos").map(end -> Amount.unsigned(end - begin)),
                row.getString("access"),
                exposure(row));
    }

    private static Optional<ExposureAnswer> exposure(ResultSet row) throws SQLException {
        Optional<Long> began = Columns.number(row, "exposure_began_not_before");
        if (began.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ExposureAnswer.of(new Exposure(
                began.get(),
                Columns.optionalLong(row, "exposure_began_not_after"),
                Columns.optionalLong(row, "exposure_ended_not_before"),
                Columns.optionalLong(row, "exposure_ended_not_after"))));
    }

    private static String id(ResultSet row) throws SQLException {
        HostId host = new HostId(row.getString("host"));
        return new MappingId(host, row.getLong("epoch"), row.getLong("number")).toString();
    }

    private static IovaRange iova(ResultSet row) throws SQLException {
        return new IovaRange(IovaColumn.flip(row.getLong("iova_start")), IovaColumn.flip(row.getLong("iova_last")));
    }

    private static BackingAnswer backing(ResultSet row) throws SQLException {
        Optional<String> region = Columns.text(row, "region");
        Optional<String> path = Columns.text(row, "path");
        Optional<Long> vaddr = Columns.number(row, "vaddr");
        if (path.isPresent()) {
            return BackingAnswer.of(new FileAnswer(
                    path.get(), Hex.address(row.getLong("backing_offset")), row.getBoolean("device_memory")));
        }
        if (vaddr.isPresent()) {
            Optional<String> offset =
                    region.isPresent() ? Optional.of(Hex.address(row.getLong("backing_offset"))) : Optional.empty();
            return BackingAnswer.of(new MemoryAnswer(Hex.address(vaddr.get()), region, offset));
        }
        BarAnswer bar = new BarAnswer(
                row.getString("exporter"),
                row.getInt("bar"),
                Hex.address(row.getLong("bar_offset")),
                Hex.address(row.getLong("physical_base")));
        return BackingAnswer.of(bar);
    }
}
