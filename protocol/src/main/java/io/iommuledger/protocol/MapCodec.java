package io.iommuledger.protocol;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.protocol.v1.OperationProto;
import java.util.List;

/** Requests to map to protobuf and back. */
final class MapCodec {

    private MapCodec() {}

    static OperationProto.MapRanges encode(Instruction.Map map) {
        OperationProto.MapRanges.Builder wire = OperationProto.MapRanges.newBuilder()
                .setContext(Wire.context(map.context()))
                .setMerge(map.merge());
        map.ranges().forEach(range -> wire.addRanges(encode(range)));
        return wire.build();
    }

    static Instruction.Map decode(OperationProto.MapRanges wire) {
        return new Instruction.Map(
                Wire.context(wire.getContext()),
                wire.getRangesList().stream().map(MapCodec::range).toList(),
                wire.getMerge());
    }

    /** As version 0.1.0 wrote it. */
    static Instruction.Map decode(OperationProto.MapRange wire) {
        return new Instruction.Map(Wire.context(wire.getContext()), List.of(range(wire)), false);
    }

    static OperationProto.MapRange encode(MapRange range) {
        OperationProto.MapRange.Builder wire = OperationProto.MapRange.newBuilder()
                .setIova(Wire.range(range.iova()))
                .setAccess(Wire.access(range.access()));
        switch (range.backing()) {
            case BackingRequest.NewMemory memory -> wire.getMemoryBuilder().setHugePageBytes(memory.hugePageBytes());
            case BackingRequest.OfRegion part ->
                wire.getRegionBuilder().setRegion(part.region()).setOffset(part.offset());
            case BackingRequest.OfFile file ->
                wire.getFileBuilder().setPath(file.path()).setOffset(file.offset());
            case BackingRequest.OfBar bar ->
                wire.getBarBuilder()
                        .setDevice(bar.device().packed())
                        .setIndex(bar.index())
                        .setOffset(bar.offset());
        }
        return wire.build();
    }

    static MapRange range(OperationProto.MapRange wire) {
        BackingRequest backing = switch (wire.getBackingCase()) {
            case MEMORY -> new BackingRequest.NewMemory(wire.getMemory().getHugePageBytes());
            case REGION ->
                new BackingRequest.OfRegion(
                        wire.getRegion().getRegion(), wire.getRegion().getOffset());
            case FILE ->
                new BackingRequest.OfFile(
                        wire.getFile().getPath(), wire.getFile().getOffset());
            case BAR ->
                new BackingRequest.OfBar(
                        PciAddress.unpack(wire.getBar().getDevice()),
                        wire.getBar().getIndex(),
                        wire.getBar().getOffset());
            case BACKING_NOT_SET -> throw new MalformedRecord("a backing that this version does not know");
        };
        return new MapRange(Wire.range(wire.getIova()), Wire.access(wire.getAccess()), backing);
    }
}
