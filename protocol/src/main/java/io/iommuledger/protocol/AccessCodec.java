package io.iommuledger.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.access.AccessBegan;
import io.iommuledger.lifecycle.access.AccessEnded;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.protocol.v1.AccessProto;
import java.util.UUID;

/** Events of who read of the audit to bytes and back; {@code access.proto} describes them. */
public final class AccessCodec {
    private AccessCodec() {}

    public static byte[] encode(AccessEvent event) {
        AccessProto.AccessEvent.Builder wire = AccessProto.AccessEvent.newBuilder()
                .setInstance(Wire.bytes(event.instance()))
                .setAtNanos(event.atNanos());
        switch (event) {
            case AccessBegan e -> wire.getBeganBuilder().setServer(e.server());
            case AccessRead e ->
                wire.getReadBuilder()
                        .setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .setMethod(e.method())
                        .setKind(e.kind())
                        .setTarget(e.target())
                        .setPosition(e.position());
            case AccessEnded e -> wire.getEndedBuilder();
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedRecord if the bytes are no event of access that this version knows */
    public static AccessEvent decode(byte[] bytes) {
        try {
            return decode(AccessProto.AccessEvent.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no event of access in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static AccessEvent decode(AccessProto.AccessEvent wire) {
        UUID instance = Wire.uuid(wire.getInstance());
        long at = wire.getAtNanos();
        return switch (wire.getEventCase()) {
            case BEGAN -> new AccessBegan(instance, at, wire.getBegan().getServer());
            case READ -> {
                AccessProto.AccessRead read = wire.getRead();
                yield new AccessRead(
                        instance,
                        at,
                        read.getPrincipal(),
                        Wire.commitment(read.getCommitment()),
                        read.getMethod(),
                        read.getKind(),
                        read.getTarget(),
                        read.getPosition());
            }
            case ENDED -> new AccessEnded(instance, at);
            case EVENT_NOT_SET ->
                throw new MalformedRecord("an event of query side " + instance + " that is not known");
        };
    }
}
