package io.iommuledger.protocol;

import com.google.protobuf.MessageLite;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Tells in several records what is too long for one: parts of its lists first, then the rest. */
public final class Parts {
    /** What the lists of one record take; as much again is more than all that can stand beside them. */
    private static final int LIST_BYTES = 32 << 10;

    private static final int DEVICE_BYTES = 5;

    /** Of a message within another: its field's number, and its length. */
    private static final int ELEMENT_HEAD_BYTES = 4;

    private Parts() {}

    /** The fact, or all the parts of its lists and at the end the fact without them. */
    public static List<Fact> of(Fact fact) {
        ListPart lists = ListPart.of(fact);
        if (lists.isEmpty()) {
            return List.of(fact);
        }
        List<ListPart> parts = cut(lists);
        if (parts.size() == 1) {
            return List.of(fact);
        }
        List<Fact> all = new ArrayList<>(parts);
        all.add(ListPart.NONE.in(fact));
        return all;
    }

    /** As {@link #of(Fact)}; the last event says how many are before it. */
    public static List<OperationEvent> of(OperationRequested request) {
        if (!(request.instruction() instanceof Instruction.Map map)) {
            return List.of(request);
        }
        List<List<MapRange>> parts = cut(map.ranges(), range -> bytes(MapCodec.encode(range)));
        if (parts.size() <= 1) {
            return List.of(request);
        }
        List<OperationEvent> all = new ArrayList<>();
        parts.forEach(ranges -> all.add(new OperationPart(request.operation(), ranges, ListPart.NONE)));
        all.add(new OperationRequested(
                request.operation(),
                request.target(),
                request.principal(),
                request.commitment(),
                new Instruction.Map(map.context(), List.of(), map.merge()),
                request.expiryNanos(),
                parts.size()));
        return all;
    }

    /** As {@link #of(OperationRequested)}. */
    public static List<OperationEvent> of(OperationEnded end) {
        List<ListPart> parts = cut(ListPart.of(end.figures()));
        if (parts.size() <= 1) {
            return List.of(end);
        }
        List<OperationEvent> all = new ArrayList<>();
        parts.forEach(lists -> all.add(new OperationPart(end.operation(), List.of(), lists)));
        all.add(ended(end, ListPart.NONE.in(end.figures()), parts.size()));
        return all;
    }

    /** The request with the ranges that were told before it. */
    public static OperationRequested whole(List<OperationPart> parts, OperationRequested request) {
        if (request.parts() == 0) {
            return request;
        }
        List<MapRange> ranges = new ArrayList<>();
        told(parts, request.parts(), request).forEach(part -> ranges.addAll(part.ranges()));
        Instruction.Map map = (Instruction.Map) request.instruction();
        ranges.addAll(map.ranges());
        return new OperationRequested(
                request.operation(),
                request.target(),
                request.principal(),
                request.commitment(),
                new Instruction.Map(map.context(), ranges, map.merge()),
                request.expiryNanos(),
                0);
    }

    /** The end with the lists that were told before it. */
    public static OperationEnded whole(List<OperationPart> parts, OperationEnded end) {
        if (end.parts() == 0) {
            return end;
        }
        List<ListPart> lists =
                told(parts, end.parts(), end).stream().map(OperationPart::lists).toList();
        return ended(end, ListPart.whole(lists, end.figures()), 0);
    }

    private static List<OperationPart> told(List<OperationPart> parts, int wanted, OperationEvent of) {
        if (wanted < 0 || wanted > parts.size()) {
            throw new MalformedRecord("of operation " + of.operation() + " " + parts.size() + " of "
                    + Integer.toUnsignedString(wanted) + " parts are there");
        }
        return parts.subList(parts.size() - wanted, parts.size());
    }

    private static OperationEnded ended(OperationEnded end, Figures figures, int parts) {
        return new OperationEnded(
                end.operation(), end.outcome(), end.refusal(), figures, end.position(), end.detail(), parts);
    }

    /** Each part of one list, in the order of the lists; all in one if they are short enough together. */
    private static List<ListPart> cut(ListPart lists) {
        if (ListCodec.encode(lists).getSerializedSize() <= LIST_BYTES) {
            return List.of(lists);
        }
        List<ListPart> parts = new ArrayList<>();
        add(parts, lists.devices(), device -> DEVICE_BYTES, ListPart::ofDevices);
        add(parts, lists.decoding(), one -> bytes(ListCodec.encode(one)), ListPart::ofDecoding);
        add(parts, lists.iovaRanges(), range -> bytes(Wire.range(range)), ListPart::ofIovaRanges);
        add(parts, lists.plannedDevices(), device -> bytes(ListCodec.encode(device)), ListPart::ofPlannedDevices);
        add(parts, lists.plannedMappings(), one -> bytes(ListCodec.encode(one)), ListPart::ofPlannedMappings);
        return parts;
    }

    private static <T> void add(
            List<ListPart> parts, List<T> list, ToIntFunction<T> bytesOf, Function<List<T>, ListPart> part) {
        cut(list, bytesOf).forEach(some -> parts.add(part.apply(some)));
    }

    private static int bytes(MessageLite element) {
        return element.getSerializedSize() + ELEMENT_HEAD_BYTES;
    }

    private static <T> List<List<T>> cut(List<T> list, ToIntFunction<T> bytesOf) {
        List<List<T>> parts = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < list.size(); i++) {
            int more = bytesOf.applyAsInt(list.get(i));
            if (bytes + more > LIST_BYTES && i > from) {
                parts.add(list.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        if (from < list.size()) {
            parts.add(list.subList(from, list.size()));
        }
        return parts;
    }
}
