package io.iommuledger.protocol;

import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.FactProto.FactRecord;

/** Puts a fact into the field that is its own. */
final class FactEncoder {

    private FactEncoder() {}

    static void put(Fact fact, FactRecord.Builder wire) {
        switch (fact) {
            case HostFact host -> put(host, wire);
            case Intent intent -> put(intent, wire);
            case Answer answer -> put(answer, wire);
        }
    }

    private static void put(HostFact fact, FactRecord.Builder wire) {
        switch (fact) {
            case EpochBegan f ->
                wire.getEpochBeganBuilder()
                        .setInstance(Wire.bytes(f.instance()))
                        .setMachineId(f.machineId())
                        .setBootId(f.bootId())
                        .setKernelRelease(f.kernelRelease())
                        .setAgentVersion(f.agentVersion())
                        .setPolicies(FactProto.Policies.newBuilder()
                                .setOnRelease(FactProto.OnRelease.valueOf(
                                        "RELEASE_" + f.policies().onRelease().name()))
                                .setOnReset(FactProto.OnReset.valueOf(
                                        "RESET_" + f.policies().onReset().name())));
            case EpochEnded f -> wire.setEpochEnded(FactProto.EpochEnded.getDefaultInstance());
            case DeviceDiscovered f -> wire.setDeviceDiscovered(discovered(f));
            case InstructionEnded f -> {
                FactProto.InstructionEnded.Builder ended = wire.getInstructionEndedBuilder()
                        .setOperation(Wire.bytes(f.operation()))
                        .setOutcome(Wire.outcome(f.outcome()))
                        .setFigures(Wire.figures(f.figures()));
                f.refusal().ifPresent(refusal -> ended.setRefusal(Wire.refusal(refusal)));
            }
        }
    }

    private static FactProto.DeviceDiscovered discovered(DeviceDiscovered f) {
        FactProto.DeviceDiscovered.Builder wire = FactProto.DeviceDiscovered.newBuilder()
                .setDevice(f.device().packed())
                .setGroup(f.group())
                .setVendor(f.vendor())
                .setProduct(f.product())
                .setClassCode(f.classCode())
                .setDriver(f.driver())
                .addAllResetMethods(f.resetMethods());
        f.bars()
                .forEach(bar -> wire.addBars(FactProto.Bar.newBuilder()
                        .setIndex(bar.index())
                        .setPhysicalBase(bar.physicalBase())
                        .setSize(bar.size())));
        return wire.build();
    }

    private static void put(Intent fact, FactRecord.Builder wire) {
        switch (fact) {
            case ContextOpenRequested f -> wire.getContextOpenRequestedBuilder().setContext(f.context());
            case GroupAttachRequested f ->
                wire.getGroupAttachRequestedBuilder().setContext(f.context()).setGroup(f.group());
            case DeviceOpenRequested f ->
                wire.getDeviceOpenRequestedBuilder()
                        .setContext(f.context())
                        .setDevice(f.device().packed());
            case MapRequested f -> wire.setMapRequested(mapRequested(f));
            case UnmapRequested f ->
                wire.getUnmapRequestedBuilder()
                        .setContext(f.context())
                        .setIovaStart(f.iova().start())
                        .setIovaLast(f.iova().last())
                        .setReason(FactProto.UnmapReason.valueOf(f.reason().name()));
            case ResetRequested f ->
                wire.getResetRequestedBuilder()
                        .setEpisode(f.episode())
                        .setDevice(f.device().packed())
                        .setKind(Wire.kind(f.kind()))
                        .addAllAffected(Wire.devices(f.affected()));
            case MemoryDecodingRequested f ->
                wire.getMemoryDecodingRequestedBuilder()
                        .setEpisode(f.episode())
                        .setDevice(f.device().packed())
                        .setDecoding(Wire.decoding(f.decoding()));
            case DeviceReleaseRequested f ->
                wire.getDeviceReleaseRequestedBuilder()
                        .setContext(f.context())
                        .setDevice(f.device().packed());
            case GroupDetachRequested f ->
                wire.getGroupDetachRequestedBuilder().setContext(f.context()).setGroup(f.group());
            case ContextCloseRequested f ->
                wire.getContextCloseRequestedBuilder().setContext(f.context());
        }
    }

    private static FactProto.MapRequested mapRequested(MapRequested f) {
        FactProto.MapRequested.Builder wire = FactProto.MapRequested.newBuilder()
                .setMapping(f.mapping())
                .setContext(f.context())
                .setIovaStart(f.iova().start())
                .setIovaLast(f.iova().last())
                .setAccess(Wire.access(f.access()));
        switch (f.backing()) {
            case Backing.Memory memory -> wire.getMemoryBuilder().setVaddr(memory.vaddr());
            case Backing.BarRange bar ->
                wire.getBarBuilder()
                        .setExporter(bar.exporter().packed())
                        .setIndex(bar.index())
                        .setOffset(bar.offset())
                        .setPhysicalBase(bar.physicalBase());
        }
        return wire.build();
    }

    private static void put(Answer fact, FactRecord.Builder wire) {
        switch (fact) {
            case ContextOpened f ->
                wire.getContextOpenedBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setKind(FactProto.ContextKind.valueOf(f.kind().name()));
            case GroupAttached f -> {
                FactProto.GroupAttached.Builder attached = wire.getGroupAttachedBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setGroup(f.group())
                        .setPageSizes(f.pageSizes())
                        .setDmaAvail(f.dmaAvail());
                f.iovaRanges().forEach(range -> attached.addIovaRanges(Wire.range(range)));
            }
            case DeviceOpened f ->
                wire.getDeviceOpenedBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setDevice(f.device().packed())
                        .setDecoding(Wire.decoding(f.decoding()));
            case Mapped f -> wire.getMappedBuilder().setIntent(f.intent()).setMapping(f.mapping());
            case Unmapped f ->
                wire.getUnmappedBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setIovaStart(f.requested().start())
                        .setIovaLast(f.requested().last())
                        .setUnmappedBytes(f.unmappedBytes());
            case ResetFinished f -> {
                FactProto.ResetFinished.Builder finished =
                        wire.getResetFinishedBuilder().setIntent(f.intent()).setEpisode(f.episode());
                f.decoding()
                        .forEach(one -> finished.addDecoding(FactProto.DecodingOf.newBuilder()
                                .setDevice(one.device().packed())
                                .setDecoding(Wire.decoding(one.decoding()))));
            }
            case MemoryDecodingChanged f ->
                wire.getMemoryDecodingChangedBuilder()
                        .setIntent(f.intent())
                        .setDevice(f.device().packed())
                        .setDecoding(Wire.decoding(f.decoding()));
            case DeviceReleased f ->
                wire.getDeviceReleasedBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setDevice(f.device().packed());
            case GroupDetached f ->
                wire.getGroupDetachedBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setGroup(f.group());
            case ContextClosed f ->
                wire.getContextClosedBuilder().setIntent(f.intent()).setContext(f.context());
            case Refused f -> wire.getRefusedBuilder().setIntent(f.intent()).setEvidence(Wire.evidence(f.evidence()));
        }
    }
}
