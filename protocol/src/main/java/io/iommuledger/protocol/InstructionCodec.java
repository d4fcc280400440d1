package io.iommuledger.protocol;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.v1.OperationProto;

/** Instructions to protobuf and back. */
public final class InstructionCodec {

    private InstructionCodec() {}

    public static OperationProto.Instruction encode(Instruction instruction) {
        OperationProto.Instruction.Builder wire = OperationProto.Instruction.newBuilder();
        switch (instruction) {
            case Instruction.OpenContext open -> wire.setOpenContext(OperationProto.OpenContext.getDefaultInstance());
            case Instruction.AttachDevice attach ->
                wire.getAttachDeviceBuilder()
                        .setContext(Wire.context(attach.context()))
                        .setDevice(attach.device().packed());
            case Instruction.ReleaseDevice release ->
                wire.getReleaseDeviceBuilder()
                        .setContext(Wire.context(release.context()))
                        .setDevice(release.device().packed())
                        .setGroup(
                                OperationProto.GroupFate.valueOf(release.group().name()));
            case Instruction.Map map -> wire.setMap(encode(map));
            case Instruction.Unmap unmap ->
                wire.getUnmapBuilder().setContext(Wire.context(unmap.context())).setIova(Wire.range(unmap.iova()));
            case Instruction.Reset reset ->
                wire.getResetBuilder().setDevice(reset.device().packed()).setKind(Wire.kind(reset.kind()));
            case Instruction.SetMemoryDecoding set ->
                wire.getSetMemoryDecodingBuilder()
                        .setDevice(set.device().packed())
                        .setDecoding(Wire.decoding(set.decoding()));
            case Instruction.CloseContext close ->
                wire.getCloseContextBuilder().setContext(Wire.context(close.context()));
        }
        return wire.build();
    }

    /** @throws MalformedRecord if it is an instruction that this version does not know */
    public static Instruction decode(OperationProto.Instruction wire) {
        try {
            return instruction(wire);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecord("an instruction that makes no sense: " + e.getMessage(), e);
        }
    }

    private static Instruction instruction(OperationProto.Instruction wire) {
        return switch (wire.getWhatCase()) {
            case OPEN_CONTEXT -> new Instruction.OpenContext();
            case ATTACH_DEVICE -> {
                OperationProto.AttachDevice attach = wire.getAttachDevice();
                yield new Instruction.AttachDevice(
                        Wire.context(attach.getContext()), PciAddress.unpack(attach.getDevice()));
            }
            case RELEASE_DEVICE -> {
                OperationProto.ReleaseDevice release = wire.getReleaseDevice();
                yield new Instruction.ReleaseDevice(
                        Wire.context(release.getContext()),
                        PciAddress.unpack(release.getDevice()),
                        Wire.named(Instruction.GroupFate.class, release.getGroup()));
            }
            case MAP -> decode(wire.getMap());
            case UNMAP ->
                new Instruction.Unmap(
                        Wire.context(wire.getUnmap().getContext()),
                        Wire.range(wire.getUnmap().getIova()));
            case RESET ->
                new Instruction.Reset(
                        PciAddress.unpack(wire.getReset().getDevice()),
                        Wire.kind(wire.getReset().getKind()));
            case SET_MEMORY_DECODING -> {
                OperationProto.SetMemoryDecoding set = wire.getSetMemoryDecoding();
                yield new Instruction.SetMemoryDecoding(
                        PciAddress.unpack(set.getDevice()), Wire.decoding(set.getDecoding()));
            }
            case CLOSE_CONTEXT ->
                new Instruction.CloseContext(Wire.context(wire.getCloseContext().getContext()));
            case WHAT_NOT_SET -> throw new MalformedRecord("an instruction that this version does not know");
        };
    }

    private static OperationProto.MapRange encode(Instruction.Map map) {
        OperationProto.MapRange.Builder wire = OperationProto.MapRange.newBuilder()
                .setContext(Wire.context(map.context()))
                .setIova(Wire.range(map.iova()))
                .setAccess(Wire.access(map.access()));
        switch (map.backing()) {
            case BackingRequest.NewMemory memory -> wire.getMemoryBuilder().setHugePageBytes(memory.hugePageBytes());
            case BackingRequest.OfBar bar ->
                wire.getBarBuilder()
                        .setDevice(bar.device().packed())
                        .setIndex(bar.index())
                        .setOffset(bar.offset());
        }
        return wire.build();
    }

    private static Instruction.Map decode(OperationProto.MapRange wire) {
        BackingRequest backing = switch (wire.getBackingCase()) {
            case MEMORY -> new BackingRequest.NewMemory(wire.getMemory().getHugePageBytes());
            case BAR ->
                new BackingRequest.OfBar(
                        PciAddress.unpack(wire.getBar().getDevice()),
                        wire.getBar().getIndex(),
                        wire.getBar().getOffset());
            case BACKING_NOT_SET -> throw new MalformedRecord("a backing that this version does not know");
        };
        return new Instruction.Map(
                Wire.context(wire.getContext()), Wire.range(wire.getIova()), Wire.access(wire.getAccess()), backing);
    }
}
