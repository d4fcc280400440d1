package io.iommuledger.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.FactProto.FactRecord;
import java.util.Optional;

/**
 * Facts to bytes and back. A fact is encoded once, where it happens; everybody after that keeps those bytes.
 * {@code fact.proto} describes them field by field.
 */
public final class FactCodec {

    private FactCodec() {}

    public static byte[] encode(RecordedFact recorded) {
        Stamp stamp = recorded.stamp();
        FactRecord.Builder wire = FactRecord.newBuilder()
                .setSequence(stamp.sequence())
                .setWallNanos(stamp.wallNanos())
                .setMonotonicNanos(stamp.monotonicNanos());
        stamp.operation().ifPresent(id -> wire.setOperation(Wire.bytes(id)));
        wire.setParts(stamp.parts());
        FactEncoder.put(recorded.fact(), wire);
        return wire.build().toByteArray();
    }

    /**
     * What is stored under the name of a type.
     *
     * @throws PayloadRemoved  if there are no bytes, and the type is one on whose payloads no state rests
     * @throws MalformedRecord if the bytes are no fact, or one that this version does not know
     */
    public static RecordedFact decode(String type, byte[] bytes) {
        if (bytes.length == 0 && EventClass.isWithoutState(type)) {
            throw new PayloadRemoved();
        }
        return decode(bytes);
    }

    /** @throws MalformedRecord if the bytes are no fact, or one that this version does not know */
    public static RecordedFact decode(byte[] bytes) {
        try {
            FactRecord wire = FactProto.FactRecord.parseFrom(bytes);
            Stamp stamp = new Stamp(
                    wire.getSequence(),
                    wire.getWallNanos(),
                    wire.getMonotonicNanos(),
                    wire.getOperation().isEmpty() ? Optional.empty() : Optional.of(Wire.uuid(wire.getOperation())),
                    wire.getParts());
            return new RecordedFact(stamp, FactDecoder.fact(wire));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no fact in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }
}
