package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.EpochCheckpoint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.replay.Standing;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import io.iommuledger.lifecycle.reset.EpisodeTiming;
import io.iommuledger.protocol.v1.BundleProto.CheckpointPart;
import io.iommuledger.protocol.v1.BundleProto.KeptContext;
import io.iommuledger.protocol.v1.BundleProto.KeptDevice;
import io.iommuledger.protocol.v1.BundleProto.KeptEpisode;
import io.iommuledger.protocol.v1.BundleProto.KeptEpoch;
import io.iommuledger.protocol.v1.BundleProto.KeptExposure;
import io.iommuledger.protocol.v1.BundleProto.KeptMapping;
import io.iommuledger.protocol.v1.BundleProto.KeptRegion;
import io.iommuledger.protocol.v1.FactProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a {@link CheckpointEncoder} together again. Believes nothing: what does not fit is malformed. */
public final class CheckpointDecoder {
    private final List<HostCheckpoint> hosts = new ArrayList<>();
    private @Nullable HostCheckpoint host;
    private @Nullable EpochCheckpoint epoch;

    /** @throws MalformedRecord if the bytes are no part, or none that can stand where it does */
    public void take(byte[] encoded) {
        try {
            take(CheckpointPart.parseFrom(encoded));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no part of a checkpoint in " + encoded.length + " bytes: " + e.getMessage(), e);
        }
    }

    public List<HostCheckpoint> hosts() {
        return hosts;
    }

    private void take(CheckpointPart part) {
        switch (part.getPartCase()) {
            case HOST ->
                begin(new HostId(part.getHost().getHost()), part.getHost().getEffectiveNanos());
            case EPOCH -> begin(part.getEpoch());
            case CONTEXT -> of(epoch).contexts().add(context(stream(), part.getContext()));
            case DEVICE -> of(epoch).devices().add(device(part.getDevice()));
            case REGION -> of(epoch).regions().add(region(part.getRegion()));
            case EPISODE -> of(epoch).episodes().add(episode(stream(), part.getEpisode()));
            case INTENT -> of(epoch).pending().add(intent(part.getIntent()));
            case LIST_PART -> of(epoch).parts().add(fact(ListPart.class, part.getListPart()));
            case MAPPING -> mapping(part.getMapping());
            case PART_NOT_SET -> throw new MalformedRecord("a part of a checkpoint that this version does not know");
        }
    }

    private static <T> T of(@Nullable T before) {
        if (before == null) {
            throw new MalformedRecord("a part of a checkpoint before its host and epoch");
        }
        return before;
    }

    private StreamId stream() {
        return of(epoch).epoch().stream();
    }

    private void begin(HostId id, long effectiveNanos) {
        host = new HostCheckpoint(id, effectiveNanos, new ArrayList<>(), new HashMap<>());
        epoch = null;
        hosts.add(host);
    }

    private void begin(KeptEpoch wire) {
        HostCheckpoint of = of(host);
        Map<Long, Integer> waiting = new TreeMap<>();
        wire.getWaitingList().forEach(one -> waiting.put(one.getEpisode(), one.getMappings()));
        epoch = new EpochCheckpoint(
                new Epoch(
                        new StreamId(of.host(), wire.getNumber()),
                        fact(EpochBegan.class, wire.getBegan()),
                        Enum.valueOf(Epoch.State.class, wire.getState()),
                        Wire.policies(wire.getPolicies()),
                        wire.getTainted()),
                wire.getLastSequence(),
                wire.getNotBefore(),
                wire.getNotAfter(),
                wire.getBounded(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                waiting,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        of.epochs().add(epoch);
    }

    private static RecordedFact intent(ByteString bytes) {
        RecordedFact recorded = FactCodec.decode(bytes.toByteArray());
        if (!(recorded.fact() instanceof Intent)) {
            throw new MalformedRecord("an intent was expected, not " + EventTypes.of(recorded.fact()));
        }
        return recorded;
    }

    private static <F extends Fact> F fact(Class<F> type, ByteString bytes) {
        Fact fact = FactCodec.decode(bytes.toByteArray()).fact();
        if (!type.isInstance(fact)) {
            throw new MalformedRecord(type.getSimpleName() + " was expected, not " + EventTypes.of(fact));
        }
        return type.cast(fact);
    }

    private static Context context(StreamId stream, KeptContext wire) {
        return new Context(
                new ContextId(stream.epoch(), wire.getNumber()),
                Wire.kind(wire.getKind()),
                Enum.valueOf(ContextState.class, wire.getState()),
                new TreeSet<>(wire.getGroupsList()),
                wire.getPageSizes(),
                wire.getIovaRangesList().stream().map(Wire::range).toList(),
                wire.getMappingLimit());
    }

    private static Device device(KeptDevice wire) {
        DeviceDiscovered found = fact(DeviceDiscovered.class, wire.getDiscovered());
        return new Device(
                found.device(),
                found.group(),
                found.vendor(),
                found.product(),
                found.classCode(),
                found.driver(),
                found.resetMethods(),
                found.bars(),
                wire.hasContext() ? Optional.of(Wire.context(wire.getContext())) : Optional.empty(),
                wire.getSession(),
                wire.getDecoding() == FactProto.Decoding.DECODING_UNSPECIFIED
                        ? Optional.empty()
                        : Optional.of(Wire.decoding(wire.getDecoding())),
                Wire.power(wire.getPower()));
    }

    private static Region region(KeptRegion wire) {
        return new Region(wire.getName(), wire.getSize(), wire.getHugePageBytes(), wire.getVaddr());
    }

    private static Episode episode(StreamId stream, KeptEpisode wire) {
        return new Episode(
                new EpisodeId(stream.host(), stream.epoch(), wire.getNumber()),
                PciAddress.unpack(wire.getDevice()),
                Wire.kind(wire.getKind()),
                Wire.addresses(wire.getAffectedList()),
                Enum.valueOf(Episode.Call.class, wire.getCall()),
                EpisodeOutcome.OPEN,
                evidence(wire.hasRefusal(), wire.getRefusal()),
                new EpisodeTiming(
                        wire.getBegan(),
                        optional(wire.hasCallBegan(), wire.getCallBegan()),
                        optional(wire.hasCallEnded(), wire.getCallEnded()),
                        OptionalLong.empty()));
    }

    private void mapping(KeptMapping wire) {
        StreamId stream = stream();
        MapRequested asked = fact(MapRequested.class, wire.getAsked());
        MappingState state = Enum.valueOf(MappingState.class, wire.getState());
        if (state.terminal()) {
            throw new MalformedRecord("mapping " + asked.mapping() + " has ended, and stands in a checkpoint");
        }
        Mapping mapping = new Mapping(
                stream,
                asked.mapping(),
                asked.context(),
                asked.iova().start(),
                asked.iova().last(),
                asked.access(),
                asked.backing(),
                wire.getExporterSession(),
                state,
                Enum.valueOf(Cause.class, wire.getCause()),
                Enum.valueOf(Source.class, wire.getSource()),
                wire.hasEpisode()
                        ? Optional.of(new EpisodeId(stream.host(), stream.epoch(), wire.getEpisode()))
                        : Optional.empty(),
                evidence(wire.hasRefusal(), wire.getRefusal()),
                wire.hasExposure() ? Optional.of(exposure(wire.getExposure())) : Optional.empty());
        MappingId id = mapping.id();
        Standing standing = new Standing(
                mapping,
                wire.getSinceNanos(),
                wire.getSincePosition(),
                wire.hasAgeNanos() ? wire.getAgeNanos() : wire.getSinceNanos());
        if (of(host).standing().put(id, standing) != null) {
            throw new MalformedRecord("mapping " + id + " stands in a checkpoint twice");
        }
        of(epoch).mappings().add(mapping);
    }

    private static Exposure exposure(KeptExposure wire) {
        return new Exposure(
                wire.getBeganNotBefore(),
                optional(wire.hasBeganNotAfter(), wire.getBeganNotAfter()),
                optional(wire.hasEndedNotBefore(), wire.getEndedNotBefore()),
                optional(wire.hasEndedNotAfter(), wire.getEndedNotAfter()));
    }

    private static Optional<KernelEvidence> evidence(boolean there, FactProto.Evidence wire) {
        return there ? Optional.of(Wire.evidence(wire)) : Optional.empty();
    }

    private static OptionalLong optional(boolean there, long value) {
        return there ? OptionalLong.of(value) : OptionalLong.empty();
    }
}
