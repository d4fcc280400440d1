package io.iommuledger.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.v1.OperationProto;
import java.util.Optional;
import java.util.UUID;

/** Events of operations to bytes and back; {@code operation.proto} describes them. */
public final class OperationCodec {

    private OperationCodec() {}

    public static byte[] encode(OperationEvent event) {
        OperationProto.OperationEvent.Builder wire =
                OperationProto.OperationEvent.newBuilder().setOperation(Wire.bytes(event.operation()));
        switch (event) {
            case OperationRequested e -> {
                wire.setParts(e.parts());
                wire.getRequestedBuilder()
                        .setHost(e.target().host().value())
                        .setEpoch(e.target().epoch())
                        .setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .setInstruction(InstructionCodec.encode(e.instruction()))
                        .setExpiryNanos(e.expiryNanos());
            }
            case OperationPart e -> {
                OperationProto.OperationPart.Builder part =
                        wire.getPartBuilder().setLists(ListCodec.encode(e.lists()));
                e.ranges().forEach(range -> part.addRanges(MapCodec.encode(range)));
            }
            case KeptRequest e ->
                wire.getKeptBuilder()
                        .setHost(e.target().host().value())
                        .setEpoch(e.target().epoch())
                        .setPrincipal(e.principal())
                        .setInstruction(InstructionCodec.field(e.instruction()))
                        .setCommitment(Wire.commitment(e.commitment()));
            case OperationEnded e -> {
                wire.setParts(e.parts());
                OperationProto.OperationEnded.Builder ended = wire.getEndedBuilder()
                        .setOutcome(Wire.outcome(e.outcome()))
                        .setFigures(Wire.figures(e.figures()))
                        .setPosition(e.position())
                        .setDetail(Wire.text(e.detail()));
                e.refusal().ifPresent(refusal -> ended.setRefusal(Wire.refusal(refusal)));
            }
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedRecord if the bytes are no event of an operation that this version knows */
    public static OperationEvent decode(byte[] bytes) {
        try {
            OperationProto.OperationEvent wire = OperationProto.OperationEvent.parseFrom(bytes);
            UUID id = Wire.uuid(wire.getOperation());
            return switch (wire.getEventCase()) {
                case REQUESTED -> requested(id, wire.getRequested(), wire.getParts());
                case ENDED -> ended(id, wire.getEnded(), wire.getParts());
                case PART -> part(id, wire.getPart());
                case KEPT -> kept(id, wire.getKept());
                case EVENT_NOT_SET -> throw new MalformedRecord("an event of operation " + id + " that is not known");
            };
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no event of an operation in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    /**
     * What is kept of an event when its payload is removed. V099 has the same in SQL.
     *
     * @throws MalformedRecord if nothing of it may be removed, or this version does not know what it is
     */
    public static byte[] kept(byte[] payload) {
        try {
            OperationProto.OperationEvent wire = OperationProto.OperationEvent.parseFrom(payload);
            OperationProto.OperationEvent.Builder kept =
                    OperationProto.OperationEvent.newBuilder().setOperation(wire.getOperation());
            OperationProto.OperationRequested requested = wire.getRequested();
            switch (wire.getEventCase()) {
                case REQUESTED ->
                    kept.getKeptBuilder()
                            .setHost(requested.getHost())
                            .setEpoch(requested.getEpoch())
                            .setPrincipal(requested.getPrincipal())
                            .setInstruction(
                                    requested.getInstruction().getWhatCase().getNumber())
                            .setCommitment(requested.getCommitment());
                case PART -> kept.setPart(OperationProto.OperationPart.getDefaultInstance());
                default -> throw new MalformedRecord("of " + wire.getEventCase() + " nothing may be removed");
            }
            byte[] bytes = kept.build().toByteArray();
            var _ = decode(bytes);
            return bytes;
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRecord("no event of an operation in " + payload.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static KeptRequest kept(UUID id, OperationProto.KeptRequest wire) {
        return new KeptRequest(
                id,
                new StreamId(new HostId(wire.getHost()), wire.getEpoch()),
                wire.getPrincipal(),
                Wire.commitment(wire.getCommitment()),
                InstructionCodec.kind(wire.getInstruction()));
    }

    private static OperationRequested requested(UUID id, OperationProto.OperationRequested wire, int parts) {
        return new OperationRequested(
                id,
                new StreamId(new HostId(wire.getHost()), wire.getEpoch()),
                wire.getPrincipal(),
                Wire.commitment(wire.getCommitment()),
                InstructionCodec.decode(wire.getInstruction()),
                wire.getExpiryNanos(),
                parts);
    }

    private static OperationPart part(UUID id, OperationProto.OperationPart wire) {
        return new OperationPart(
                id, wire.getRangesList().stream().map(MapCodec::range).toList(), ListCodec.decode(wire.getLists()));
    }

    private static OperationEnded ended(UUID id, OperationProto.OperationEnded wire, int parts) {
        return new OperationEnded(
                id,
                Wire.outcome(wire.getOutcome()),
                wire.hasRefusal() ? Wire.refusal(wire.getRefusal()) : Optional.empty(),
                Wire.figures(wire.getFigures()),
                wire.getPosition(),
                wire.getDetail(),
                parts);
    }
}
