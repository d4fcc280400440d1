package io.iommuledger.protocol.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.v1.BundleProto;

/**
 * Whose key signed the facts of a stream that came in one batch.
 *
 * @param key       fingerprint; the key itself is in an event of the stream {@code enrolment/<host>}
 * @param signature of what {@code Signing.batch} makes of their payloads
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BatchSignature(String stream, long firstSequence, long lastSequence, String key, byte[] signature) {

    byte[] encoded() {
        return BundleProto.BatchSignature.newBuilder()
                .setStream(stream)
                .setFirstSequence(firstSequence)
                .setLastSequence(lastSequence)
                .setKey(key)
                .setSignature(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
    }

    /** @throws MalformedRecord if the bytes are none */
    static BatchSignature decode(byte[] bytes) {
        try {
            BundleProto.BatchSignature wire = BundleProto.BatchSignature.parseFrom(bytes);
            if (wire.getFirstSequence() < 0 || wire.getLastSequence() < wire.getFirstSequence()) {
                throw new MalformedRecord("a signature of facts " + Long.toUnsignedString(wire.getFirstSequence())
                        + " to " + Long.toUnsignedString(wire.getLastSequence()));
            }
            return new BatchSignature(
                    wire.getStream(),
                    wire.getFirstSequence(),
                    wire.getLastSequence(),
                    wire.getKey(),
                    wire.getSignature().toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRecord("no signature in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }
}
