package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.FactProto.FactRecord;
import java.util.Optional;
import java.util.UUID;

/** Puts a fact into the field that is its own. */
final class FactEncoder {

    private FactEncoder() {}

    static void put(Fact fact, FactRecord.Builder wire) {
        switch (fact) {
            case HostFact host -> put(host, wire);
            case Intent intent -> IntentEncoder.put(intent, wire);
            case Answer answer -> AnswerEncoder.put(answer, wire);
        }
    }

    private static void put(HostFact fact, FactRecord.Builder wire) {
        switch (fact) {
            case EpochBegan f -> wire.setEpochBegan(epochBegan(f));
            case PoliciesChanged f -> wire.getPoliciesChangedBuilder().setPolicies(Wire.policies(f.policies()));
            case GroupFree f -> wire.getGroupFreeBuilder().setGroup(f.group());
            case GroupBusy f ->
                wire.getGroupBusyBuilder().setGroup(f.group()).setPid(f.pid()).setCommand(Wire.text(f.command()));
            case WithdrawalBegan f ->
                wire.getWithdrawalBeganBuilder()
                        .setEpisode(f.episode())
                        .setDevice(f.device().packed())
                        .setKind(Wire.kind(f.kind()))
                        .addAllAffected(Wire.devices(f.affected()));
            case WithdrawalAbandoned f -> wire.getWithdrawalAbandonedBuilder().setEpisode(f.episode());
            case DmaFaulted f ->
                wire.getDmaFaultedBuilder()
                        .setDevice(f.device().packed())
                        .setIova(f.iova())
                        .setWrite(f.write())
                        .setReason(Wire.text(f.reason()))
                        .setKernelNanos(f.kernelNanos());
            case FaultsMissed f -> wire.getFaultsMissedBuilder().setWhy(Wire.text(f.why()));
            case FramesRead f -> wire.setFramesRead(framesRead(f));
            case FactsLost f ->
                wire.getFactsLostBuilder()
                        .setCount(f.count())
                        .setWhy(Wire.text(f.why()))
                        .setOfMappings(f.ofMappings());
            case JournalDamaged f ->
                wire.getJournalDamagedBuilder()
                        .setEpoch(f.epoch())
                        .setFirstSequence(f.firstSequence())
                        .setRecords(f.records())
                        .setBytes(f.bytes())
                        .setFate(FactProto.RecordsFate.valueOf(f.fate().name()))
                        .setWhy(Wire.text(f.why()))
                        .setStored(f.stored())
                        .setInstance(instance(f.instance()));
            case IntentResolved f ->
                wire.getIntentResolvedBuilder()
                        .setEpoch(f.epoch())
                        .setSequence(f.sequence())
                        .setAsked(Wire.text(f.asked()))
                        .setResolution(Wire.resolution(f.resolution()));
            case ListPart f -> wire.setListPart(ListCodec.encode(f));
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

    private static ByteString instance(Optional<UUID> instance) {
        return instance.map(Wire::bytes).orElse(ByteString.EMPTY);
    }

    private static FactProto.EpochBegan epochBegan(EpochBegan f) {
        FactProto.EpochBegan.Builder wire = FactProto.EpochBegan.newBuilder()
                .setInstance(Wire.bytes(f.instance()))
                .setMachineId(Wire.text(f.machineId()))
                .setBootId(Wire.text(f.bootId()))
                .setKernelRelease(Wire.text(f.kernelRelease()))
                .setAgentVersion(Wire.text(f.agentVersion()))
                .setPolicies(Wire.policies(f.policies()))
                .setSealed(f.sealed())
                .setMemoryLockLimit(f.memoryLockLimit());
        f.predecessor()
                .ifPresent(former -> wire.setPredecessor(FactProto.Predecessor.newBuilder()
                        .setEpoch(former.epoch())
                        .setFacts(former.facts())
                        .setInOrder(former.inOrder())
                        .setInstance(instance(former.instance()))));
        return wire.build();
    }

    private static FactProto.FramesRead framesRead(FramesRead f) {
        FactProto.FramesRead.Builder wire = FactProto.FramesRead.newBuilder()
                .setMapping(f.mapping())
                .setUnknownBytes(f.unknownBytes())
                .setWhyUnknown(Wire.text(f.whyUnknown()))
                .setUnrecordedBytes(f.unrecordedBytes());
        f.runs()
                .forEach(run -> wire.addRuns(FactProto.FrameRun.newBuilder()
                        .setOffsetR12(Wire.r12(run.offset()))
                        .setPhysicalR12(Wire.r12(run.physical()))
                        .setSizeR12(Wire.r12(run.size()))));
        return wire.build();
    }

    private static FactProto.DeviceDiscovered discovered(DeviceDiscovered f) {
        FactProto.DeviceDiscovered.Builder wire = FactProto.DeviceDiscovered.newBuilder()
                .setDevice(f.device().packed())
                .setGroup(f.group())
                .setVendor(f.vendor())
                .setProduct(f.product())
                .setClassCode(f.classCode())
                .setDriver(Wire.text(f.driver()))
                .addAllResetMethods(f.resetMethods());
        f.bars()
                .forEach(bar -> wire.addBars(FactProto.Bar.newBuilder()
                        .setIndex(bar.index())
                        .setPhysicalBase(bar.physicalBase())
                        .setSize(bar.size())));
        return wire.build();
    }
}
