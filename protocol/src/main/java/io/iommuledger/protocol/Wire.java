package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.IntentResolved.Resolution;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.OperationProto;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The small parts that records share, both ways. Enums travel by the names that both sides have in common. */
public final class Wire {

    /** The longest text for people that is kept; what names something is kept as it is. */
    private static final int MOST_CHARACTERS = 4_096;

    private Wire() {}

    public static ByteString bytes(UUID id) {
        ByteBuffer buffer = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .flip();
        return ByteString.copyFrom(buffer);
    }

    public static UUID uuid(ByteString bytes) {
        if (bytes.size() != 16) {
            throw new MalformedRecord("an id has 16 bytes, not " + bytes.size());
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    static ByteString commitment(Optional<Commitment> commitment) {
        return commitment.map(Commitment::bytes).map(ByteString::copyFrom).orElse(ByteString.EMPTY);
    }

    /** Nothing if there is none. */
    static Optional<Commitment> commitment(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(Commitment.of(bytes.toByteArray()));
    }

    static String text(String text) {
        if (text.length() <= MOST_CHARACTERS) {
            return text;
        }
        int end = MOST_CHARACTERS - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** Bytes as the fields named so have them: whole pages are short as varints. */
    static long r12(long bytes) {
        return Long.rotateRight(bytes, 12);
    }

    static long bytesOfR12(long rotated) {
        return Long.rotateLeft(rotated, 12);
    }

    static List<Integer> devices(List<PciAddress> devices) {
        return devices.stream().map(PciAddress::packed).toList();
    }

    static List<PciAddress> addresses(List<Integer> packed) {
        return packed.stream().map(PciAddress::unpack).toList();
    }

    static FactProto.IovaRange range(IovaRange range) {
        return FactProto.IovaRange.newBuilder()
                .setStart(range.start())
                .setLast(range.last())
                .build();
    }

    static IovaRange range(FactProto.IovaRange range) {
        return new IovaRange(range.getStart(), range.getLast());
    }

    static OperationProto.ContextRef context(ContextId id) {
        return OperationProto.ContextRef.newBuilder()
                .setEpoch(id.epoch())
                .setNumber(id.number())
                .build();
    }

    static ContextId context(OperationProto.ContextRef ref) {
        return new ContextId(ref.getEpoch(), ref.getNumber());
    }

    static OperationProto.MappingRef mapping(MappingId id) {
        return OperationProto.MappingRef.newBuilder()
                .setHost(id.host().toString())
                .setEpoch(id.epoch())
                .setNumber(id.number())
                .build();
    }

    static MappingId mapping(OperationProto.MappingRef ref) {
        return new MappingId(new HostId(ref.getHost()), ref.getEpoch(), ref.getNumber());
    }

    static FactProto.Access access(DmaAccess access) {
        return FactProto.Access.valueOf(access.name());
    }

    static DmaAccess access(FactProto.Access access) {
        return named(DmaAccess.class, access);
    }

    static FactProto.Decoding decoding(MemoryDecoding decoding) {
        return FactProto.Decoding.valueOf(decoding.name());
    }

    static MemoryDecoding decoding(FactProto.Decoding decoding) {
        return named(MemoryDecoding.class, decoding);
    }

    static FactProto.Power power(PowerState state) {
        return FactProto.Power.valueOf("POWER_" + state.name());
    }

    static PowerState power(FactProto.Power state) {
        return after("POWER_", PowerState.class, state);
    }

    static FactProto.Resolution resolution(Resolution resolution) {
        return FactProto.Resolution.valueOf("RESOLVED_" + resolution.name());
    }

    static Resolution resolution(FactProto.Resolution resolution) {
        return after("RESOLVED_", Resolution.class, resolution);
    }

    static FactProto.Access access(Optional<DmaAccess> access) {
        return access.map(Wire::access).orElse(FactProto.Access.ACCESS_UNSPECIFIED);
    }

    static Optional<DmaAccess> optionalAccess(FactProto.Access access) {
        return access == FactProto.Access.ACCESS_UNSPECIFIED ? Optional.empty() : Optional.of(access(access));
    }

    static FactProto.Policies policies(Policies policies) {
        return FactProto.Policies.newBuilder()
                .setOnRelease(FactProto.OnRelease.valueOf(
                        "RELEASE_" + policies.onRelease().name()))
                .setOnReset(onReset(policies.onReset()))
                .setMmio(FactProto.Mmio.valueOf("MMIO_" + policies.mmio().name()))
                .build();
    }

    /** Version 0.1.0 had no other way to map device memory than as a BAR, and no word for it. */
    static Policies policies(FactProto.Policies policies) {
        return new Policies(
                after("RELEASE_", OnRelease.class, policies.getOnRelease()),
                onReset(policies.getOnReset()),
                policies.getMmio() == FactProto.Mmio.MMIO_UNSPECIFIED
                        ? Mmio.STRICT
                        : after("MMIO_", Mmio.class, policies.getMmio()));
    }

    static FactProto.OnReset onReset(OnReset policy) {
        return FactProto.OnReset.valueOf("RESET_" + policy.name());
    }

    static OnReset onReset(FactProto.OnReset policy) {
        return after("RESET_", OnReset.class, policy);
    }

    static FactProto.EpisodeKind kind(EpisodeKind kind) {
        return FactProto.EpisodeKind.valueOf(kind.name());
    }

    static EpisodeKind kind(FactProto.EpisodeKind kind) {
        return named(EpisodeKind.class, kind);
    }

    static ContextKind kind(FactProto.ContextKind kind) {
        return named(ContextKind.class, kind);
    }

    static FactProto.Evidence evidence(KernelEvidence evidence) {
        return FactProto.Evidence.newBuilder()
                .setCall(evidence.call())
                .setErrno(evidence.errno().number())
                .build();
    }

    static KernelEvidence evidence(FactProto.Evidence evidence) {
        return new KernelEvidence(evidence.getCall(), new Errno(evidence.getErrno()));
    }

    static FactProto.Outcome outcome(Outcome outcome) {
        return FactProto.Outcome.valueOf(outcome.name());
    }

    static Outcome outcome(FactProto.Outcome outcome) {
        return named(Outcome.class, outcome);
    }

    static FactProto.Refusal refusal(Refusal refusal) {
        return switch (refusal) {
            case Refusal.ByKernel(KernelEvidence evidence, Circumstances circumstances) -> {
                FactProto.Refusal.Builder wire = FactProto.Refusal.newBuilder().setKernel(evidence(evidence));
                if (!circumstances.equals(Circumstances.UNKNOWN)) {
                    wire.setCircumstances(circumstances(circumstances));
                }
                yield wire.build();
            }
            case Refusal.ByAgent(AgentReason reason, String detail) ->
                FactProto.Refusal.newBuilder()
                        .setAgentReason(FactProto.AgentReason.valueOf(reason.name()))
                        .setDetail(text(detail))
                        .build();
        };
    }

    static Optional<Refusal> refusal(FactProto.Refusal refusal) {
        if (refusal.hasKernel()) {
            return Optional.of(
                    new Refusal.ByKernel(evidence(refusal.getKernel()), circumstances(refusal.getCircumstances())));
        }
        return Optional.of(
                new Refusal.ByAgent(named(AgentReason.class, refusal.getAgentReason()), refusal.getDetail()));
    }

    private static FactProto.Circumstances circumstances(Circumstances circumstances) {
        return FactProto.Circumstances.newBuilder()
                .setRefused(text(circumstances.refused()))
                .setCause(text(circumstances.cause()))
                .setCure(text(circumstances.cure()))
                .setLeft(text(circumstances.left()))
                .setLikely(text(circumstances.likely()))
                .build();
    }

    private static Circumstances circumstances(FactProto.Circumstances wire) {
        return new Circumstances(wire.getRefused(), wire.getCause(), wire.getCure(), wire.getLeft(), wire.getLikely());
    }

    static FactProto.Figures figures(Figures figures) {
        FactProto.Figures.Builder wire = FactProto.Figures.newBuilder();
        figures.context().ifPresent(wire::setContext);
        figures.mapping().ifPresent(wire::setMapping);
        figures.mappings().ifPresent(wire::setMappings);
        figures.plan().ifPresent(plan -> wire.setPlan(ResetPlanCodec.encode(plan)));
        figures.episode().ifPresent(wire::setEpisode);
        figures.unmappedBytes().ifPresent(wire::setUnmappedBytes);
        figures.withdrawnBytes().ifPresent(wire::setWithdrawnBytes);
        figures.endedMappings().ifPresent(wire::setEndedMappings);
        figures.dmaAvail().ifPresent(wire::setDmaAvail);
        return wire.addAllAffected(devices(figures.affected())).build();
    }

    static Figures figures(FactProto.Figures wire) {
        return new Figures(
                wire.hasContext() ? OptionalLong.of(wire.getContext()) : OptionalLong.empty(),
                wire.hasMapping() ? OptionalLong.of(wire.getMapping()) : OptionalLong.empty(),
                wire.hasMappings() ? OptionalLong.of(wire.getMappings()) : OptionalLong.empty(),
                wire.hasEpisode() ? OptionalLong.of(wire.getEpisode()) : OptionalLong.empty(),
                wire.hasUnmappedBytes() ? OptionalLong.of(wire.getUnmappedBytes()) : OptionalLong.empty(),
                wire.hasWithdrawnBytes() ? OptionalLong.of(wire.getWithdrawnBytes()) : OptionalLong.empty(),
                wire.hasEndedMappings() ? OptionalLong.of(wire.getEndedMappings()) : OptionalLong.empty(),
                wire.hasDmaAvail() ? OptionalLong.of(wire.getDmaAvail()) : OptionalLong.empty(),
                addresses(wire.getAffectedList()),
                wire.hasPlan() ? Optional.of(ResetPlanCodec.decode(wire.getPlan())) : Optional.empty());
    }

    /** For enums whose names on the wire carry a prefix. */
    static <E extends Enum<E>> E after(String prefix, Class<E> type, Enum<?> wire) {
        try {
            return Enum.valueOf(
                    type,
                    wire.name().substring(Math.min(prefix.length(), wire.name().length())));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecord("no " + type.getSimpleName() + ": " + wire.name(), e);
        }
    }

    static <E extends Enum<E>> E named(Class<E> type, Enum<?> wire) {
        try {
            return Enum.valueOf(type, wire.name());
        } catch (IllegalArgumentException e) {
            throw new MalformedRecord("no " + type.getSimpleName() + ": " + wire.name(), e);
        }
    }
}
