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
import java.util.OptionalLong;

/** A row of {@code mapping_interval} as it is known at position {@code at}, alone or with what stands around it. */
final class MappingRow {
    private MappingRow() {}

    static MappingAnswer mapping(ResultSet row, int number) throws SQLException {
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
                row.getBoolean("zombie"),
                exposes(row, state),
                row.getString("cause"),
                row.getString("source"),
                Times.rfc3339(row.getLong("begin_nanos")),
                row.getLong("begin_position"),
                until(row),
                Columns.id(row, "operation"),
                Columns.text(row, "principal"),
                Columns.text(row, "episode"),
                Columns.refused(row),
                Columns.text(row, "exporter"),
                Columns.texts(row, "importers"),
                Columns.number(row, "exposed_nanos").map(Times::rfc3339),
                Columns.number(row, MappingSql.ZOMBIE_SINCE).map(Times::rfc3339),
                Columns.number(row, "zombie_over_nanos").map(Times::rfc3339),
                row.getString("cause").equals("RESTORE_REFUSED"),
                exposure(row));
    }

    static IntervalAnswer interval(ResultSet row, int number) throws SQLException {
        long begin = row.getLong("begin_nanos");
        Optional<Moment> end = end(row);
        IovaRange iova = iova(row);
        return new IntervalAnswer(
                id(row),
                new ContextId(row.getLong("epoch"), row.getLong("context")).toString(),
                Hex.address(iova.start()),
                Hex.address(iova.last()),
                row.getString("state"),
                row.getString("cause"),
                row.getString("source"),
                Columns.text(row, "episode"),
                Columns.id(row, "operation"),
                Columns.refused(row),
                Moment.of(row.getLong("begin_position"), begin),
                end,
                end.isPresent() ? Optional.of(Amount.unsigned(row.getLong("end_nanos") - begin)) : Optional.empty(),
                row.getString("access"),
                Columns.text(row, "principal"),
                exposure(row));
    }

    /** What ends later is not over yet. */
    private static Optional<Moment> end(ResultSet row) throws SQLException {
        Optional<Moment> end = Columns.moment(row, "end_position", "end_nanos");
        return end.isPresent() && end.get().position() <= row.getLong("at") ? end : Optional.empty();
    }

    /** A terminal state does not end. */
    private static Optional<Moment> until(ResultSet row) throws SQLException {
        Optional<Moment> end = end(row);
        return end.isPresent() && end.get().position() > row.getLong("begin_position") ? end : Optional.empty();
    }

    /**
     * Of a file's device memory nobody knows whose it is, nor whether that device answers; of what is in limbo or unknown,
     * whether it translates.
     */
    private static Optional<Boolean> exposes(ResultSet row, MappingState state) throws SQLException {
        boolean doubtful = state == MappingState.LIMBO || state == MappingState.UNKNOWN;
        return doubtful || (row.getBoolean("device_memory") && state.inKernel())
                ? Optional.empty()
                : Optional.of(state.exposes());
    }

    private static Optional<ExposureAnswer> exposure(ResultSet row) throws SQLException {
        Optional<Long> began = Columns.number(row, "exposure_began_not_before");
        if (began.isEmpty()) {
            return Optional.empty();
        }
        if (Columns.number(row, "over_position").isPresent()) {
            return Optional.of(ExposureAnswer.of(new Exposure(
                    began.get(),
                    Columns.optionalLong(row, "over_began_not_after"),
                    Columns.optionalLong(row, "over_not_before"),
                    Columns.optionalLong(row, "over_not_after"))));
        }
        boolean bound = Columns.number(row, "exposure_bound_position").orElse(0L) <= row.getLong("at");
        return Optional.of(ExposureAnswer.of(new Exposure(
                began.get(),
                bound ? Columns.optionalLong(row, "exposure_began_not_after") : OptionalLong.empty(),
                Columns.optionalLong(row, "exposure_ended_not_before"),
                Columns.optionalLong(row, "exposure_ended_not_after"))));
    }

    /** All of a mapping, taken together. */
    static ExposuresAnswer exposures(ResultSet row, int number) throws SQLException {
        return new ExposuresAnswer(
                row.getLong("exposures"),
                row.getBoolean("ended"),
                Amount.unsigned(row.getLong("least")),
                Columns.number(row, "most").map(Amount::unsigned));
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
