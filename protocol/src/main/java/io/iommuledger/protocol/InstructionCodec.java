package io.iommuledger.protocol;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.v1.OperationProto;
import io.iommuledger.protocol.v1.OperationProto.Instruction.WhatCase;

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
                                OperationProto.GroupFate.valueOf(release.group().name()))
                        .setForce(release.force());
            case Instruction.Map map -> wire.setMapRanges(MapCodec.encode(map));
            case Instruction.ChangeAccess change ->
                wire.getChangeAccessBuilder()
                        .setMapping(Wire.mapping(change.mapping()))
                        .setAccess(Wire.access(change.access()));
            case Instruction.Restore restore -> wire.getRestoreBuilder().setMapping(Wire.mapping(restore.mapping()));
            case Instruction.AllocateRegion region ->
                wire.getAllocateRegionBuilder()
                        .setName(region.name())
                        .setSize(region.size())
                        .setHugePageBytes(region.hugePageBytes());
            case Instruction.FreeRegion region -> wire.getFreeRegionBuilder().setName(region.name());
            case Instruction.SetPower set ->
                wire.getSetPowerBuilder().setDevice(set.device().packed()).setState(Wire.power(set.state()));
            case Instruction.SetPolicies set -> wire.getSetPoliciesBuilder().setPolicies(Wire.policies(set.policies()));
            case Instruction.Unmap unmap ->
                wire.getUnmapBuilder().setContext(Wire.context(unmap.context())).setIova(Wire.range(unmap.iova()));
            case Instruction.Reset reset ->
                wire.getResetBuilder()
                        .setDevice(reset.device().packed())
                        .setKind(Wire.kind(reset.kind()))
                        .setDryRun(reset.dryRun());
            case Instruction.SetMemoryDecoding set ->
                wire.getSetMemoryDecodingBuilder()
                        .setDevice(set.device().packed())
                        .setDecoding(Wire.decoding(set.decoding()));
            case Instruction.CloseContext close ->
                wire.getCloseContextBuilder().setContext(Wire.context(close.context()));
        }
        return wire.build();
    }

    /**
     * Which instruction a field is read as.
     *
     * @throws MalformedRecord if this version does not know it
     */
    static Instruction.Kind kind(int field) {
        return switch (WhatCase.forNumber(field)) {
            case null -> throw new MalformedRecord("instruction " + field + ", which this version does not know");
            case WHAT_NOT_SET -> throw new MalformedRecord("an instruction that this version does not know");
            case MAP_RANGES -> Instruction.Kind.MAP;
            case WhatCase what -> Instruction.Kind.valueOf(what.name());
        };
    }

    /** The number of the field in which it is written. */
    static int field(Instruction.Kind kind) {
        WhatCase what = kind == Instruction.Kind.MAP ? WhatCase.MAP_RANGES : WhatCase.valueOf(kind.name());
        return what.getNumber();
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
                        Wire.named(Instruction.GroupFate.class, release.getGroup()),
                        release.getForce());
            }
            case MAP -> MapCodec.decode(wire.getMap());
            case MAP_RANGES -> MapCodec.decode(wire.getMapRanges());
            case CHANGE_ACCESS ->
                new Instruction.ChangeAccess(
                        Wire.mapping(wire.getChangeAccess().getMapping()),
                        Wire.optionalAccess(wire.getChangeAccess().getAccess()));
            case RESTORE ->
                new Instruction.Restore(Wire.mapping(wire.getRestore().getMapping()));
            case ALLOCATE_REGION -> {
                OperationProto.AllocateRegion region = wire.getAllocateRegion();
                yield new Instruction.AllocateRegion(region.getName(), region.getSize(), region.getHugePageBytes());
            }
            case FREE_REGION -> new Instruction.FreeRegion(wire.getFreeRegion().getName());
            case SET_POWER ->
                new Instruction.SetPower(
                        PciAddress.unpack(wire.getSetPower().getDevice()),
                        Wire.power(wire.getSetPower().getState()));
            case SET_POLICIES ->
                new Instruction.SetPolicies(Wire.policies(wire.getSetPolicies().getPolicies()));
            case UNMAP ->
                new Instruction.Unmap(
                        Wire.context(wire.getUnmap().getContext()),
                        Wire.range(wire.getUnmap().getIova()));
            case RESET ->
                new Instruction.Reset(
                        PciAddress.unpack(wire.getReset().getDevice()),
                        Wire.kind(wire.getReset().getKind()),
                        wire.getReset().getDryRun());
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
}
