package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.query.column.IovaColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code mapping_interval}: each change of a mapping ends the interval before it and begins the next. */
final class IntervalRows {
    /** As many rows are gathered before they are written: one fact can end 65,535 mappings. */
    private static final int MOST = 10_000;

    static final String CLOSE = """
            UPDATE mapping_interval SET end_position = :at, end_nanos = :nanos
            WHERE host = :host AND epoch = :epoch AND number = :number
                AND end_position IS NULL AND begin_position < :at
            """;

    /**
     * As arrays, one a column: rows differ in which of their columns are null, and a statement of many rows would be parsed
     * anew for each pattern of them.
     */
    private static final List<Row.Column> COLUMNS = List.of(
            new Row.Column("host", "text"),
            new Row.Column("epoch", "bigint"),
            new Row.Column("number", "bigint"),
            new Row.Column("begin", "bigint"),
            new Row.Column("beginNanos", "bigint"),
            new Row.Column("end", "bigint"),
            new Row.Column("endNanos", "bigint"),
            new Row.Column("context", "bigint"),
            new Row.Column("iovaStart", "bigint"),
            new Row.Column("iovaLast", "bigint"),
            new Row.Column("access", "text"),
            new Row.Column("vaddr", "bigint"),
            new Row.Column("exporter", "text"),
            new Row.Column("bar", "integer"),
            new Row.Column("barOffset", "bigint"),
            new Row.Column("physicalBase", "bigint"),
            new Row.Column("region", "text"),
            new Row.Column("path", "text"),
            new Row.Column("backingOffset", "bigint"),
            new Row.Column("deviceMemory", "boolean"),
            new Row.Column("beganNotBefore", "bigint"),
            new Row.Column("beganNotAfter", "bigint"),
            new Row.Column("endedNotBefore", "bigint"),
            new Row.Column("endedNotAfter", "bigint"),
            new Row.Column("state", "text"),
            new Row.Column("cause", "text"),
            new Row.Column("source", "text"),
            new Row.Column("episode", "text"),
            new Row.Column("call", "text"),
            new Row.Column("errno", "integer"),
            new Row.Column("operation", "uuid"));

    private static final String INSERT = """
            INSERT INTO mapping_interval (host, epoch, number, begin_position, begin_nanos, end_position, end_nanos,
                context, iova_start, iova_last, access, vaddr, exporter, bar, bar_offset, physical_base,
                region, path, backing_offset, device_memory, exposure_began_not_before, exposure_began_not_after,
                exposure_ended_not_before, exposure_ended_not_after,
                state, cause, source, episode, refused_call, refused_errno, operation)
            SELECT * FROM unnest(%s)
            ON CONFLICT (host, epoch, number, begin_position) DO NOTHING
            """.formatted(Row.arrays(COLUMNS));

    private static final String BOUND = """
            UPDATE mapping_interval SET exposure_began_not_after = :beganNotAfter
            WHERE host = :host AND epoch = :epoch AND number = :number AND end_position IS NULL
            """;

    private final NamedParameterJdbcOperations jdbc;
    private final List<Row> closes = new ArrayList<>();
    private final List<Row> bounds = new ArrayList<>();
    private final List<Row> inserts = new ArrayList<>();
    private final Map<MappingId, Row> open = new HashMap<>();

    /** @param jdbc within the transaction that the caller is in */
    IntervalRows(NamedParameterJdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    void put(At at, Mapping mapping) {
        Optional<Row> before = Optional.ofNullable(open.remove(mapping.id()));
        if (before.isPresent()) {
            end(before.get(), Optional.of(at));
        } else if (mapping.state() != MappingState.REQUESTED) {
            closes.add(identified(mapping.id()).with("at", at.position()).with("nanos", at.nanos()));
        }
        Row row = row(at, mapping);
        if (mapping.state().terminal()) {
            end(row, Optional.of(at));
        } else {
            end(row, Optional.empty());
            open.put(mapping.id(), row);
        }
        inserts.add(row);
        if (inserts.size() + closes.size() >= MOST) {
            write();
        }
    }

    /** The interval goes on; its exposure is known better. */
    void bound(Mapping mapping) {
        Row before = open.get(mapping.id());
        if (before != null) {
            exposed(before, mapping);
        } else {
            bounds.add(exposed(identified(mapping.id()), mapping));
        }
    }

    void write() {
        Row.write(jdbc, BOUND, bounds);
        Row.write(jdbc, CLOSE, closes);
        Row.writeArrays(jdbc, INSERT, COLUMNS, inserts);
        bounds.clear();
        closes.clear();
        inserts.clear();
        open.clear();
    }

    private static void end(Row row, Optional<At> end) {
        row.with("end", end.map(At::position)).with("endNanos", end.map(At::nanos));
    }

    private static Row row(At at, Mapping mapping) {
        Row row = identified(mapping.id())
                .with("begin", at.position())
                .with("beginNanos", at.nanos())
                .with("context", mapping.context().number())
                .with("iovaStart", IovaColumn.flip(mapping.iova().start()))
                .with("iovaLast", IovaColumn.flip(mapping.iova().last()))
                .with("access", mapping.access().text())
                .with("state", mapping.state().name())
                .with("cause", mapping.cause().name())
                .with("source", mapping.source().name())
                .with("episode", mapping.episode().map(EpisodeId::toString))
                .with("call", mapping.refusal().map(KernelEvidence::call))
                .with("errno", mapping.refusal().map(refusal -> refusal.errno().number()))
                .with("operation", at.operation());
        return backed(exposed(row, mapping), mapping.backing());
    }

    private static Row exposed(Row row, Mapping mapping) {
        Optional<Exposure> exposure = mapping.exposure();
        return row.with("beganNotBefore", exposure.map(Exposure::beganNotBefore))
                .with("beganNotAfter", exposure.flatMap(known -> boxed(known.beganNotAfter())))
                .with("endedNotBefore", exposure.flatMap(known -> boxed(known.endedNotBefore())))
                .with("endedNotAfter", exposure.flatMap(known -> boxed(known.endedNotAfter())));
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    private static Row backed(Row row, Backing backing) {
        Optional<Backing.BarRange> bar =
                backing instanceof Backing.BarRange range ? Optional.of(range) : Optional.empty();
        Optional<Backing.RegionRange> region =
                backing instanceof Backing.RegionRange part ? Optional.of(part) : Optional.empty();
        Optional<Backing.FileRange> file =
                backing instanceof Backing.FileRange part ? Optional.of(part) : Optional.empty();
        Optional<Long> vaddr = switch (backing) {
            case Backing.Memory memory -> Optional.of(memory.vaddr());
            case Backing.RegionRange part -> Optional.of(part.vaddr());
            case Backing.FileRange part -> Optional.of(part.vaddr());
            case Backing.BarRange range -> Optional.empty();
        };
        return row.with("vaddr", vaddr)
                .with("region", region.map(Backing.RegionRange::region))
                .with("path", file.map(Backing.FileRange::path))
                .with(
                        "backingOffset",
                        region.map(Backing.RegionRange::offset).or(() -> file.map(Backing.FileRange::offset)))
                .with("deviceMemory", file.map(Backing.FileRange::deviceMemory))
                .with("exporter", bar.map(Backing.BarRange::exporter).map(PciAddress::toString))
                .with("bar", bar.map(Backing.BarRange::index))
                .with("barOffset", bar.map(Backing.BarRange::offset))
                .with("physicalBase", bar.map(Backing.BarRange::physicalBase));
    }

    private static Row identified(MappingId id) {
        return new Row()
                .with("host", id.host().value())
                .with("epoch", id.epoch())
                .with("number", id.number());
    }
}
