package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.EpochCheckpoint;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.replay.Standing;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.protocol.v1.BundleProto.CheckpointPart;
import io.iommuledger.protocol.v1.BundleProto.KeptContext;
import io.iommuledger.protocol.v1.BundleProto.KeptDevice;
import io.iommuledger.protocol.v1.BundleProto.KeptEpisode;
import io.iommuledger.protocol.v1.BundleProto.KeptEpoch;
import io.iommuledger.protocol.v1.BundleProto.KeptExposure;
import io.iommuledger.protocol.v1.BundleProto.KeptHost;
import io.iommuledger.protocol.v1.BundleProto.KeptMapping;
import io.iommuledger.protocol.v1.BundleProto.KeptRegion;
import io.iommuledger.protocol.v1.BundleProto.Waiting;
import io.iommuledger.protocol.v1.FactProto;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** The fold of a host as bytes, part by part, so that none is long; {@code bundle.proto} describes them. */
public final class CheckpointEncoder {
    private static final Stamp UNSTAMPED = new Stamp(0, 0, 0, Optional.empty());

    private final Sink sink;

    /** Where the parts go, in their order. */
    public interface Sink {
        void part(byte[] encoded) throws IOException;
    }

    public CheckpointEncoder(Sink sink) {
        this.sink = sink;
    }

    public void put(HostCheckpoint host) throws IOException {
        put(CheckpointPart.newBuilder()
                .setHost(KeptHost.newBuilder().setHost(host.host().value()).setEffectiveNanos(host.effectiveNanos())));
        for (EpochCheckpoint epoch : host.epochs()) {
            put(host, epoch);
        }
    }

    private void put(HostCheckpoint host, EpochCheckpoint epoch) throws IOException {
        put(CheckpointPart.newBuilder().setEpoch(epoch(epoch)));
        for (Context context : epoch.contexts()) {
            put(CheckpointPart.newBuilder().setContext(context(context)));
        }
        for (Device device : epoch.devices()) {
            put(CheckpointPart.newBuilder().setDevice(device(device)));
        }
        for (Region region : epoch.regions()) {
            put(CheckpointPart.newBuilder()
                    .setRegion(KeptRegion.newBuilder()
                            .setName(region.name())
                            .setSize(region.size())
                            .setHugePageBytes(region.hugePageBytes())
                            .setVaddr(region.vaddr())));
        }
        for (Episode episode : epoch.episodes()) {
            put(CheckpointPart.newBuilder().setEpisode(episode(episode)));
        }
        for (RecordedFact intent : epoch.pending()) {
            put(CheckpointPart.newBuilder().setIntent(bytes(intent)));
        }
        for (Fact part : epoch.parts()) {
            put(CheckpointPart.newBuilder().setListPart(bytes(part)));
        }
        for (Mapping mapping : epoch.mappings()) {
            Standing since = Objects.requireNonNull(host.standing().get(mapping.id()));
            put(CheckpointPart.newBuilder().setMapping(mapping(mapping, since)));
        }
    }

    private void put(CheckpointPart.Builder part) throws IOException {
        sink.part(part.build().toByteArray());
    }

    private static ByteString bytes(Fact fact) {
        return bytes(new RecordedFact(UNSTAMPED, fact));
    }

    private static ByteString bytes(RecordedFact fact) {
        return UnsafeByteOperations.unsafeWrap(FactCodec.encode(fact));
    }

    private static KeptEpoch epoch(EpochCheckpoint epoch) {
        KeptEpoch.Builder wire = KeptEpoch.newBuilder()
                .setNumber(epoch.epoch().stream().epoch())
                .setBegan(bytes(epoch.epoch().began()))
                .setState(epoch.epoch().state().name())
                .setPolicies(Wire.policies(epoch.epoch().policies()))
                .setTainted(epoch.epoch().tainted())
                .setLastSequence(epoch.lastSequence())
                .setNotBefore(epoch.notBefore())
                .setNotAfter(epoch.notAfter())
                .setBounded(epoch.bounded());
        epoch.waiting()
                .forEach((episode, mappings) ->
                        wire.addWaiting(Waiting.newBuilder().setEpisode(episode).setMappings(mappings)));
        return wire.build();
    }

    private static KeptContext context(Context context) {
        KeptContext.Builder wire = KeptContext.newBuilder()
                .setNumber(context.id().number())
                .setKind(FactProto.ContextKind.valueOf(context.kind().name()))
                .setState(context.state().name())
                .addAllGroups(context.groups())
                .setPageSizes(context.pageSizes())
                .setMappingLimit(context.mappingLimit());
        context.iovaRanges().forEach(range -> wire.addIovaRanges(Wire.range(range)));
        return wire.build();
    }

    private static KeptDevice device(Device device) {
        KeptDevice.Builder wire = KeptDevice.newBuilder()
                .setDiscovered(bytes(new DeviceDiscovered(
                        device.address(),
                        device.group(),
                        device.vendor(),
                        device.product(),
                        device.classCode(),
                        device.driver(),
                        device.resetMethods(),
                        device.bars())))
                .setSession(device.session())
                .setPower(Wire.power(device.power()));
        device.context().ifPresent(context -> wire.setContext(Wire.context(context)));
        device.decoding().ifPresent(decoding -> wire.setDecoding(Wire.decoding(decoding)));
        return wire.build();
    }

    private static KeptEpisode episode(Episode episode) {
        KeptEpisode.Builder wire = KeptEpisode.newBuilder()
                .setNumber(episode.id().number())
                .setDevice(episode.device().packed())
                .setKind(Wire.kind(episode.kind()))
                .addAllAffected(Wire.devices(episode.affected()))
                .setCall(episode.call().name())
                .setBegan(episode.timing().began());
        episode.refusal().ifPresent(why -> wire.setRefusal(Wire.evidence(why)));
        episode.timing().callBegan().ifPresent(wire::setCallBegan);
        episode.timing().callEnded().ifPresent(wire::setCallEnded);
        return wire.build();
    }

    private static KeptMapping mapping(Mapping mapping, Standing since) {
        KeptMapping.Builder wire = KeptMapping.newBuilder()
                .setAsked(bytes(new MapRequested(
                        mapping.number(),
                        mapping.contextNumber(),
                        mapping.iova(),
                        mapping.access(),
                        mapping.backing())))
                .setExporterSession(mapping.exporterSession())
                .setState(mapping.state().name())
                .setCause(mapping.cause().name())
                .setSource(mapping.source().name())
                .setSinceNanos(since.sinceNanos())
                .setSincePosition(since.sincePosition());
        if (since.ageNanos() != since.sinceNanos()) {
            wire.setAgeNanos(since.ageNanos());
        }
        mapping.episode().ifPresent(episode -> wire.setEpisode(episode.number()));
        mapping.refusal().ifPresent(why -> wire.setRefusal(Wire.evidence(why)));
        mapping.exposure().ifPresent(exposure -> wire.setExposure(exposure(exposure)));
        return wire.build();
    }

    private static KeptExposure exposure(Exposure exposure) {
        KeptExposure.Builder wire = KeptExposure.newBuilder().setBeganNotBefore(exposure.beganNotBefore());
        exposure.beganNotAfter().ifPresent(wire::setBeganNotAfter);
        exposure.endedNotBefore().ifPresent(wire::setEndedNotBefore);
        exposure.endedNotAfter().ifPresent(wire::setEndedNotAfter);
        return wire.build();
    }
}
