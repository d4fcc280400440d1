package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.PlannedMapping;
import io.iommuledger.lifecycle.operation.ResetPlan;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The lists of a fact, or a part of them. A fact whose lists are too long for one record is told in several: parts first,
 * then the fact itself, whose stamp says how many they are. To the fold only the whole is a fact.
 *
 * @param devices         affected by an episode
 * @param decoding        read back after a reset
 * @param iovaRanges      where mappings may lie
 * @param plannedDevices  of a reset's plan
 * @param plannedMappings of a reset's plan
 */
public record ListPart(
        List<PciAddress> devices,
        List<DecodingOf> decoding,
        List<IovaRange> iovaRanges,
        List<PlannedDevice> plannedDevices,
        List<PlannedMapping> plannedMappings)
        implements HostFact {
    public static final ListPart NONE = new ListPart(List.of(), List.of(), List.of(), List.of(), List.of());

    /** Every list of a fact that has no bound. */
    public static ListPart of(Fact fact) {
        return switch (fact) {
            case WithdrawalBegan f -> ofDevices(f.affected());
            case ResetRequested f -> ofDevices(f.affected());
            case ResetFinished f -> ofDecoding(f.decoding());
            case GroupAttached f -> ofIovaRanges(f.iovaRanges());
            case InstructionEnded f -> of(f.figures());
            case HostFact f -> NONE;
            case Intent f -> NONE;
            case Answer f -> NONE;
        };
    }

    public static ListPart of(Figures figures) {
        return new ListPart(
                figures.affected(),
                List.of(),
                List.of(),
                figures.plan().map(ResetPlan::devices).orElse(List.of()),
                figures.plan().map(ResetPlan::mappings).orElse(List.of()));
    }

    public static ListPart ofDevices(List<PciAddress> devices) {
        return new ListPart(devices, List.of(), List.of(), List.of(), List.of());
    }

    public static ListPart ofDecoding(List<DecodingOf> decoding) {
        return new ListPart(List.of(), decoding, List.of(), List.of(), List.of());
    }

    public static ListPart ofIovaRanges(List<IovaRange> ranges) {
        return new ListPart(List.of(), List.of(), ranges, List.of(), List.of());
    }

    public static ListPart ofPlannedDevices(List<PlannedDevice> devices) {
        return new ListPart(List.of(), List.of(), List.of(), devices, List.of());
    }

    public static ListPart ofPlannedMappings(List<PlannedMapping> mappings) {
        return new ListPart(List.of(), List.of(), List.of(), List.of(), mappings);
    }

    public boolean isEmpty() {
        return equals(NONE);
    }

    /** The fact with these lists in the place of its own. */
    public Fact in(Fact fact) {
        return switch (fact) {
            case WithdrawalBegan f -> new WithdrawalBegan(f.episode(), f.device(), f.kind(), devices);
            case ResetRequested f -> new ResetRequested(f.episode(), f.device(), f.kind(), devices);
            case ResetFinished f -> new ResetFinished(f.intent(), f.episode(), decoding);
            case GroupAttached f ->
                new GroupAttached(f.intent(), f.context(), f.group(), f.pageSizes(), iovaRanges, f.dmaAvail());
            case InstructionEnded f -> new InstructionEnded(f.operation(), f.outcome(), f.refusal(), in(f.figures()));
            case HostFact f -> f;
            case Intent f -> f;
            case Answer f -> f;
        };
    }

    public Figures in(Figures figures) {
        return figures.withLists(
                devices,
                figures.plan()
                        .map(plan -> new ResetPlan(
                                plannedDevices, plan.effect(), plannedMappings, plan.mappingCount(), plan.refusal())));
    }

    /** The fact that parts were told of before it, with all of its lists. */
    public static Fact whole(List<ListPart> parts, Fact fact) {
        return parts.isEmpty() ? fact : joined(parts, of(fact)).in(fact);
    }

    /** As {@link #whole(List, Fact)}. */
    public static Figures whole(List<ListPart> parts, Figures figures) {
        return parts.isEmpty() ? figures : joined(parts, of(figures)).in(figures);
    }

    private static ListPart joined(List<ListPart> parts, ListPart last) {
        return new ListPart(
                joined(parts, last, ListPart::devices),
                joined(parts, last, ListPart::decoding),
                joined(parts, last, ListPart::iovaRanges),
                joined(parts, last, ListPart::plannedDevices),
                joined(parts, last, ListPart::plannedMappings));
    }

    private static <T> List<T> joined(List<ListPart> parts, ListPart last, Function<ListPart, List<T>> list) {
        return Stream.concat(parts.stream(), Stream.of(last))
                .flatMap(part -> list.apply(part).stream())
                .toList();
    }
}
