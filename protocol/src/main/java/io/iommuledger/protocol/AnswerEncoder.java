package io.iommuledger.protocol;

import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.FactProto.FactRecord;

/** Puts an answer into the field that is its own. */
final class AnswerEncoder {

    private AnswerEncoder() {}

    static void put(Answer fact, FactRecord.Builder wire) {
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
                f.decoding().forEach(one -> finished.addDecoding(ListCodec.encode(one)));
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
            case UnmapFellShort f ->
                wire.getUnmapFellShortBuilder()
                        .setIntent(f.intent())
                        .setContext(f.context())
                        .setIovaStart(f.requested().start())
                        .setIovaLast(f.requested().last())
                        .setUnmappedBytes(f.unmappedBytes())
                        .setHeldBytes(f.heldBytes());
            case AccessChanged f -> {
                FactProto.AccessChanged.Builder changed = wire.getAccessChangedBuilder()
                        .setIntent(f.intent())
                        .setMapping(f.mapping())
                        .setUnmappedBytes(f.unmappedBytes())
                        .setGapNanos(f.gapNanos());
                f.refusal().ifPresent(refusal -> changed.setRefusal(Wire.evidence(refusal)));
            }
            case RegionAllocated f ->
                wire.getRegionAllocatedBuilder()
                        .setIntent(f.intent())
                        .setName(f.name())
                        .setVaddr(f.vaddr());
            case RegionFreed f ->
                wire.getRegionFreedBuilder().setIntent(f.intent()).setName(f.name());
            case PowerChanged f ->
                wire.getPowerChangedBuilder()
                        .setIntent(f.intent())
                        .setDevice(f.device().packed())
                        .setState(Wire.power(f.state()));
            case NotAsked f -> wire.getNotAskedBuilder().setIntent(f.intent());
            case Refused f -> wire.getRefusedBuilder().setIntent(f.intent()).setEvidence(Wire.evidence(f.evidence()));
        }
    }
}
