package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.projection.Intervals.Then;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Mappings as rows. */
final class MappingRows {
    private final Intervals intervals;

    MappingRows(Intervals intervals) {
        this.intervals = intervals;
    }

    /** @param first whether it is the first that is heard of the mapping */
    void put(At at, Mapping mapping, boolean first) {
        Then then = mapping.state().terminal() ? Then.ENDS : first ? Then.BEGINS : Then.GOES_ON;
        intervals.put(at, key(mapping.id()), row(at, mapping), then);
    }

    /** The interval goes on; its exposure is known better since this fact. */
    void bound(At at, Mapping mapping) {
        intervals.amend(
                key(mapping.id()),
                new Row()
                        .with(
                                "exposure_began_not_after",
                                mapping.exposure().flatMap(known -> boxed(known.beganNotAfter())))
                        .with("exposure_bound_position", at.position()));
    }

    private static List<Object> key(MappingId id) {
        return List.of(id.host().value(), id.epoch(), id.number());
    }

    private static Row row(At at, Mapping mapping) {
        Row row = new Row()
                .with("context", mapping.contextNumber())
                .with("iova_start", IovaColumn.flip(mapping.iova().start()))
                .with("iova_last", IovaColumn.flip(mapping.iova().last()))
                .with("access", mapping.access().text())
                .with("state", mapping.state().name())
                .with("cause", mapping.cause().name())
                .with("source", mapping.source().name())
                .with("zombie", mapping.zombie())
                .with("episode", mapping.episode().map(EpisodeId::toString))
                .with("refused_call", mapping.refusal().map(KernelEvidence::call))
                .with(
                        "refused_errno",
                        mapping.refusal().map(refusal -> refusal.errno().number()))
                .with("operation", at.operation());
        return backed(exposed(row, mapping.exposure()), mapping.backing());
    }

    private static Row exposed(Row row, Optional<Exposure> exposure) {
        return row.with("exposure_began_not_before", exposure.map(Exposure::beganNotBefore))
                .with("exposure_began_not_after", exposure.flatMap(known -> boxed(known.beganNotAfter())))
                .with("exposure_ended_not_before", exposure.flatMap(known -> boxed(known.endedNotBefore())))
                .with("exposure_ended_not_after", exposure.flatMap(known -> boxed(known.endedNotAfter())))
                .with("exposure_bound_position", Optional.empty());
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
                        "backing_offset",
                        region.map(Backing.RegionRange::offset).or(() -> file.map(Backing.FileRange::offset)))
                .with("device_memory", file.map(Backing.FileRange::deviceMemory))
                .with("exporter", bar.map(Backing.BarRange::exporter).map(PciAddress::toString))
                .with("bar", bar.map(Backing.BarRange::index))
                .with("bar_offset", bar.map(Backing.BarRange::offset))
                .with("physical_base", bar.map(Backing.BarRange::physicalBase));
    }
}
