package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FrameRun;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.FactProto.FactRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Takes the fact out of the field it stands in. */
final class FactDecoder {

    private FactDecoder() {}

    static Fact fact(FactRecord wire) {
        return switch (wire.getFactCase()) {
            case EPOCH_BEGAN -> epochBegan(wire.getEpochBegan());
            case EPOCH_ENDED -> new EpochEnded();
            case DEVICE_DISCOVERED -> discovered(wire.getDeviceDiscovered());
            case INSTRUCTION_ENDED -> instructionEnded(wire.getInstructionEnded());
            case POLICIES_CHANGED ->
                new PoliciesChanged(Wire.policies(wire.getPoliciesChanged().getPolicies()));
            case GROUP_FREE -> new GroupFree(wire.getGroupFree().getGroup());
            case GROUP_BUSY -> {
                FactProto.GroupBusy f = wire.getGroupBusy();
                yield new GroupBusy(f.getGroup(), f.getPid(), f.getCommand());
            }
            case WITHDRAWAL_BEGAN -> {
                FactProto.WithdrawalBegan f = wire.getWithdrawalBegan();
                yield new WithdrawalBegan(
                        f.getEpisode(),
                        PciAddress.unpack(f.getDevice()),
                        Wire.kind(f.getKind()),
                        Wire.addresses(f.getAffectedList()));
            }
            case WITHDRAWAL_ABANDONED ->
                new WithdrawalAbandoned(wire.getWithdrawalAbandoned().getEpisode());
            case DMA_FAULTED -> {
                FactProto.DmaFaulted f = wire.getDmaFaulted();
                yield new DmaFaulted(
                        PciAddress.unpack(f.getDevice()), f.getIova(), f.getWrite(), f.getReason(), f.getKernelNanos());
            }
            case FAULTS_MISSED -> new FaultsMissed(wire.getFaultsMissed().getWhy());
            case FRAMES_READ -> {
                FactProto.FramesRead f = wire.getFramesRead();
                yield new FramesRead(
                        f.getMapping(),
                        f.getRunsList().stream()
                                .map(run -> new FrameRun(
                                        Wire.bytesOfR12(run.getOffsetR12()),
                                        Wire.bytesOfR12(run.getPhysicalR12()),
                                        Wire.bytesOfR12(run.getSizeR12())))
                                .toList(),
                        f.getUnknownBytes(),
                        f.getWhyUnknown(),
                        f.getUnrecordedBytes());
            }
            case FACTS_LOST -> {
                FactProto.FactsLost f = wire.getFactsLost();
                yield new FactsLost(f.getCount(), f.getWhy(), f.getOfMappings());
            }
            case JOURNAL_DAMAGED -> {
                FactProto.JournalDamaged f = wire.getJournalDamaged();
                yield new JournalDamaged(
                        f.getEpoch(),
                        f.getFirstSequence(),
                        f.getRecords(),
                        f.getBytes(),
                        Wire.named(JournalDamaged.Fate.class, f.getFate()),
                        f.getWhy(),
                        f.getStored(),
                        instance(f.getInstance()));
            }
            case INTENT_RESOLVED -> {
                FactProto.IntentResolved f = wire.getIntentResolved();
                yield new IntentResolved(
                        f.getEpoch(), f.getSequence(), f.getAsked(), Wire.resolution(f.getResolution()));
            }
            case LIST_PART -> ListCodec.decode(wire.getListPart());
            case NOT_ASKED -> new NotAsked(wire.getNotAsked().getIntent());
            case UNMAP_FELL_SHORT -> {
                FactProto.UnmapFellShort f = wire.getUnmapFellShort();
                yield new UnmapFellShort(
                        f.getIntent(),
                        f.getContext(),
                        new IovaRange(f.getIovaStart(), f.getIovaLast()),
                        f.getUnmappedBytes(),
                        f.getHeldBytes());
            }
            case RESTORE_REQUESTED ->
                new RestoreRequested(wire.getRestoreRequested().getMapping());
            case ACCESS_CHANGE_REQUESTED -> {
                FactProto.AccessChangeRequested f = wire.getAccessChangeRequested();
                yield new AccessChangeRequested(f.getMapping(), Wire.optionalAccess(f.getAccess()));
            }
            case ACCESS_CHANGED -> {
                FactProto.AccessChanged f = wire.getAccessChanged();
                yield new AccessChanged(
                        f.getIntent(),
                        f.getMapping(),
                        f.getUnmappedBytes(),
                        f.getGapNanos(),
                        f.hasRefusal() ? Optional.of(Wire.evidence(f.getRefusal())) : Optional.empty());
            }
            case REGION_REQUESTED -> {
                FactProto.RegionRequested f = wire.getRegionRequested();
                yield new RegionRequested(f.getName(), f.getSize(), f.getHugePageBytes());
            }
            case REGION_ALLOCATED -> {
                FactProto.RegionAllocated f = wire.getRegionAllocated();
                yield new RegionAllocated(f.getIntent(), f.getName(), f.getVaddr());
            }
            case REGION_FREE_REQUESTED ->
                new RegionFreeRequested(wire.getRegionFreeRequested().getName());
            case REGION_FREED -> {
                FactProto.RegionFreed f = wire.getRegionFreed();
                yield new RegionFreed(f.getIntent(), f.getName());
            }
            case POWER_REQUESTED -> {
                FactProto.PowerRequested f = wire.getPowerRequested();
                yield new PowerRequested(f.getEpisode(), PciAddress.unpack(f.getDevice()), Wire.power(f.getState()));
            }
            case POWER_CHANGED -> {
                FactProto.PowerChanged f = wire.getPowerChanged();
                yield new PowerChanged(f.getIntent(), PciAddress.unpack(f.getDevice()), Wire.power(f.getState()));
            }
            case CONTEXT_OPEN_REQUESTED ->
                new ContextOpenRequested(wire.getContextOpenRequested().getContext());
            case CONTEXT_OPENED -> {
                FactProto.ContextOpened f = wire.getContextOpened();
                yield new ContextOpened(f.getIntent(), f.getContext(), Wire.kind(f.getKind()));
            }
            case GROUP_ATTACH_REQUESTED -> {
                FactProto.GroupAttachRequested f = wire.getGroupAttachRequested();
                yield new GroupAttachRequested(f.getContext(), f.getGroup());
            }
            case GROUP_ATTACHED -> groupAttached(wire.getGroupAttached());
            case DEVICE_OPEN_REQUESTED -> {
                FactProto.DeviceOpenRequested f = wire.getDeviceOpenRequested();
                yield new DeviceOpenRequested(f.getContext(), PciAddress.unpack(f.getDevice()));
            }
            case DEVICE_OPENED -> {
                FactProto.DeviceOpened f = wire.getDeviceOpened();
                yield new DeviceOpened(
                        f.getIntent(),
                        f.getContext(),
                        PciAddress.unpack(f.getDevice()),
                        Wire.decoding(f.getDecoding()));
            }
            case MAP_REQUESTED -> mapRequested(wire.getMapRequested());
            case MAPPED ->
                new Mapped(wire.getMapped().getIntent(), wire.getMapped().getMapping());
            case UNMAP_REQUESTED -> {
                FactProto.UnmapRequested f = wire.getUnmapRequested();
                yield new UnmapRequested(
                        f.getContext(),
                        new IovaRange(f.getIovaStart(), f.getIovaLast()),
                        Wire.named(UnmapReason.class, f.getReason()),
                        f.hasEpisode() ? OptionalLong.of(f.getEpisode()) : OptionalLong.empty());
            }
            case UNMAPPED -> {
                FactProto.Unmapped f = wire.getUnmapped();
                yield new Unmapped(
                        f.getIntent(),
                        f.getContext(),
                        new IovaRange(f.getIovaStart(), f.getIovaLast()),
                        f.getUnmappedBytes());
            }
            case RESET_REQUESTED -> {
                FactProto.ResetRequested f = wire.getResetRequested();
                yield new ResetRequested(
                        f.getEpisode(),
                        PciAddress.unpack(f.getDevice()),
                        Wire.kind(f.getKind()),
                        Wire.addresses(f.getAffectedList()));
            }
            case RESET_FINISHED -> {
                FactProto.ResetFinished f = wire.getResetFinished();
                yield new ResetFinished(f.getIntent(), f.getEpisode(), ListCodec.decodings(f.getDecodingList()));
            }
            case MEMORY_DECODING_REQUESTED -> {
                FactProto.MemoryDecodingRequested f = wire.getMemoryDecodingRequested();
                yield new MemoryDecodingRequested(
                        f.getEpisode(), PciAddress.unpack(f.getDevice()), Wire.decoding(f.getDecoding()));
            }
            case MEMORY_DECODING_CHANGED -> {
                FactProto.MemoryDecodingChanged f = wire.getMemoryDecodingChanged();
                yield new MemoryDecodingChanged(
                        f.getIntent(), PciAddress.unpack(f.getDevice()), Wire.decoding(f.getDecoding()));
            }
            case DEVICE_RELEASE_REQUESTED -> {
                FactProto.DeviceReleaseRequested f = wire.getDeviceReleaseRequested();
                yield new DeviceReleaseRequested(f.getContext(), PciAddress.unpack(f.getDevice()));
            }
            case DEVICE_RELEASED -> {
                FactProto.DeviceReleased f = wire.getDeviceReleased();
                yield new DeviceReleased(f.getIntent(), f.getContext(), PciAddress.unpack(f.getDevice()));
            }
            case GROUP_DETACH_REQUESTED -> {
                FactProto.GroupDetachRequested f = wire.getGroupDetachRequested();
                yield new GroupDetachRequested(f.getContext(), f.getGroup());
            }
            case GROUP_DETACHED -> {
                FactProto.GroupDetached f = wire.getGroupDetached();
                yield new GroupDetached(f.getIntent(), f.getContext(), f.getGroup());
            }
            case CONTEXT_CLOSE_REQUESTED ->
                new ContextCloseRequested(wire.getContextCloseRequested().getContext());
            case CONTEXT_CLOSED ->
                new ContextClosed(
                        wire.getContextClosed().getIntent(),
                        wire.getContextClosed().getContext());
            case REFUSED ->
                new Refused(
                        wire.getRefused().getIntent(),
                        Wire.evidence(wire.getRefused().getEvidence()));
            case FACT_NOT_SET ->
                throw new MalformedRecord("a record without a fact that this version knows: sequence="
                        + wire.getSequence() + "; it was written by a newer agent");
        };
    }

    private static EpochBegan epochBegan(FactProto.EpochBegan f) {
        return new EpochBegan(
                Wire.uuid(f.getInstance()),
                f.getMachineId(),
                f.getBootId(),
                f.getKernelRelease(),
                f.getAgentVersion(),
                Wire.policies(f.getPolicies()),
                f.getSealed(),
                f.hasMemoryLockLimit() ? f.getMemoryLockLimit() : -1,
                f.hasPredecessor() ? Optional.of(predecessor(f.getPredecessor())) : Optional.empty());
    }

    private static Predecessor predecessor(FactProto.Predecessor f) {
        return new Predecessor(f.getEpoch(), f.getFacts(), f.getInOrder(), instance(f.getInstance()));
    }

    private static Optional<UUID> instance(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(Wire.uuid(bytes));
    }

    private static DeviceDiscovered discovered(FactProto.DeviceDiscovered f) {
        return new DeviceDiscovered(
                PciAddress.unpack(f.getDevice()),
                f.getGroup(),
                f.getVendor(),
                f.getProduct(),
                f.getClassCode(),
                f.getDriver(),
                List.copyOf(f.getResetMethodsList()),
                f.getBarsList().stream()
                        .map(bar -> new Bar(bar.getIndex(), bar.getPhysicalBase(), bar.getSize()))
                        .toList());
    }

    private static InstructionEnded instructionEnded(FactProto.InstructionEnded f) {
        return new InstructionEnded(
                Wire.uuid(f.getOperation()),
                Wire.outcome(f.getOutcome()),
                f.hasRefusal() ? Wire.refusal(f.getRefusal()) : Optional.empty(),
                Wire.figures(f.getFigures()));
    }

    private static GroupAttached groupAttached(FactProto.GroupAttached f) {
        return new GroupAttached(
                f.getIntent(),
                f.getContext(),
                f.getGroup(),
                f.getPageSizes(),
                f.getIovaRangesList().stream().map(Wire::range).toList(),
                f.getDmaAvail());
    }

    private static MapRequested mapRequested(FactProto.MapRequested f) {
        Backing backing = switch (f.getBackingCase()) {
            case MEMORY -> new Backing.Memory(f.getMemory().getVaddr());
            case REGION ->
                new Backing.RegionRange(
                        f.getRegion().getRegion(),
                        f.getRegion().getOffset(),
                        f.getRegion().getVaddr());
            case FILE ->
                new Backing.FileRange(
                        f.getFile().getPath(),
                        f.getFile().getOffset(),
                        f.getFile().getVaddr(),
                        f.getFile().getDeviceMemory());
            case BAR -> bar(f.getBar());
            case BACKING_NOT_SET ->
                throw new MalformedRecord(
                        "a mapping without a backing that this version knows: mapping=" + f.getMapping());
        };
        return new MapRequested(f.getMapping(), f.getContext(), iova(f), Wire.access(f.getAccess()), backing);
    }

    private static IovaRange iova(FactProto.MapRequested f) {
        if (!f.hasIovaSizeR12()) {
            return new IovaRange(f.getIovaStart(), f.getIovaLast());
        }
        long start = Wire.bytesOfR12(f.getIovaStartR12());
        return new IovaRange(start, start + Wire.bytesOfR12(f.getIovaSizeR12()) - 1);
    }

    private static Backing.BarRange bar(FactProto.BarBacking f) {
        PciAddress exporter = PciAddress.unpack(f.getExporter());
        return f.hasPhysicalBaseR12()
                ? new Backing.BarRange(
                        exporter,
                        f.getIndex(),
                        Wire.bytesOfR12(f.getOffsetR12()),
                        Wire.bytesOfR12(f.getPhysicalBaseR12()))
                : new Backing.BarRange(exporter, f.getIndex(), f.getOffset(), f.getPhysicalBase());
    }
}
