package io.iommuledger.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.erasure.ErasureApproved;
import io.iommuledger.lifecycle.erasure.ErasureDone;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.lifecycle.erasure.ErasureRequested;
import io.iommuledger.lifecycle.erasure.ErasureWithdrawn;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.protocol.v1.ErasureProto;
import java.util.Optional;
import java.util.UUID;

/** Events of erasures to bytes and back; {@code erasure.proto} describes them. */
public final class ErasureCodec {
    private ErasureCodec() {}

    public static byte[] encode(ErasureEvent event) {
        ErasureProto.ErasureEvent.Builder wire = ErasureProto.ErasureEvent.newBuilder()
                .setErasure(Wire.bytes(event.erasure()))
                .setAtNanos(event.atNanos());
        switch (event) {
            case ErasureRequested e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .setSubject(e.subject())
                        .getRequestedBuilder()
                        .setReason(e.reason());
            case ErasureApproved e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .setSubject(e.subject())
                        .setApproved(ErasureProto.ErasureApproved.getDefaultInstance());
            case ErasureWithdrawn e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .setWithdrawn(ErasureProto.ErasureWithdrawn.getDefaultInstance());
            case ErasureDone e -> wire.setSubject(e.subject()).setDone(ErasureProto.ErasureDone.getDefaultInstance());
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedRecord if the bytes are no event of an erasure that this version knows */
    public static ErasureEvent decode(byte[] bytes) {
        try {
            return decode(ErasureProto.ErasureEvent.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no event of an erasure in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static ErasureEvent decode(ErasureProto.ErasureEvent wire) {
        UUID id = Wire.uuid(wire.getErasure());
        long at = wire.getAtNanos();
        Optional<Commitment> commitment = Wire.commitment(wire.getCommitment());
        return switch (wire.getEventCase()) {
            case REQUESTED ->
                new ErasureRequested(
                        id,
                        at,
                        wire.getPrincipal(),
                        commitment,
                        wire.getSubject(),
                        wire.getRequested().getReason());
            case APPROVED -> new ErasureApproved(id, at, wire.getPrincipal(), commitment, wire.getSubject());
            case WITHDRAWN -> new ErasureWithdrawn(id, at, wire.getPrincipal(), commitment);
            case DONE -> new ErasureDone(id, at, wire.getSubject());
            case EVENT_NOT_SET -> throw new MalformedRecord("an event of erasure " + id + " that is not known");
        };
    }
}
