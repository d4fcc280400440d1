package io.iommuledger.protocol;

import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.FactProto.FactRecord;

/** Puts an intent into the field that is its own. */
final class IntentEncoder {

    private IntentEncoder() {}

    static void put(Intent fact, FactRecord.Builder wire) {
        switch (fact) {
            case ContextOpenRequested f -> wire.getContextOpenRequestedBuilder().setContext(f.context());
            case GroupAttachRequested f ->
                wire.getGroupAttachRequestedBuilder().setContext(f.context()).setGroup(f.group());
            case DeviceOpenRequested f ->
                wire.getDeviceOpenRequestedBuilder()
                        .setContext(f.context())
                        .setDevice(f.device().packed());
            case MapRequested f -> wire.setMapRequested(mapRequested(f));
            case UnmapRequested f -> {
                FactProto.UnmapRequested.Builder unmap = wire.getUnmapRequestedBuilder()
                        .setContext(f.context())
                        .setIovaStart(f.iova().start())
                        .setIovaLast(f.iova().last())
                        .setReason(FactProto.UnmapReason.valueOf(f.reason().name()));
                f.episode().ifPresent(unmap::setEpisode);
            }
            case RestoreRequested f -> wire.getRestoreRequestedBuilder().setMapping(f.mapping());
            case AccessChangeRequested f ->
                wire.getAccessChangeRequestedBuilder().setMapping(f.mapping()).setAccess(Wire.access(f.access()));
            case RegionRequested f ->
                wire.getRegionRequestedBuilder()
                        .setName(f.name())
                        .setSize(f.size())
                        .setHugePageBytes(f.hugePageBytes());
            case RegionFreeRequested f -> wire.getRegionFreeRequestedBuilder().setName(f.name());
            case PowerRequested f ->
                wire.getPowerRequestedBuilder()
                        .setEpisode(f.episode())
                        .setDevice(f.device().packed())
                        .setState(Wire.power(f.state()));
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
                .setIovaStartR12(Wire.r12(f.iova().start()))
                .setIovaSizeR12(Wire.r12(f.iova().last() - f.iova().start() + 1))
                .setAccess(Wire.access(f.access()));
        switch (f.backing()) {
            case Backing.Memory memory -> wire.getMemoryBuilder().setVaddr(memory.vaddr());
            case Backing.RegionRange region ->
                wire.getRegionBuilder()
                        .setRegion(region.region())
                        .setOffset(region.offset())
                        .setVaddr(region.vaddr());
            case Backing.FileRange file ->
                wire.getFileBuilder()
                        .setPath(file.path())
                        .setOffset(file.offset())
                        .setVaddr(file.vaddr())
                        .setDeviceMemory(file.deviceMemory());
            case Backing.BarRange bar ->
                wire.getBarBuilder()
                        .setExporter(bar.exporter().packed())
                        .setIndex(bar.index())
                        .setOffsetR12(Wire.r12(bar.offset()))
                        .setPhysicalBaseR12(Wire.r12(bar.physicalBase()));
        }
        return wire.build();
    }
}
