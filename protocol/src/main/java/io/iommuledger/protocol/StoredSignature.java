package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.protocol.v1.StoredProto;

/**
 * Who signed a batch of a host's facts; {@code stored.proto} describes it.
 *
 * @param firstSequence of the batch as it came, which may begin before what it brought
 * @param key           fingerprint of the signing key
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredSignature(String stream, long firstSequence, long lastSequence, String key, byte[] signature) {

    public byte[] encoded() {
        return StoredProto.StoredSignature.newBuilder()
                .setStream(stream)
                .setFirstSequence(firstSequence)
                .setLastSequence(lastSequence)
                .setKey(key)
                .setSignature(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
    }

    /** @throws MalformedRecord if the bytes are none */
    public static StoredSignature decode(byte[] bytes) {
        try {
            StoredProto.StoredSignature wire = StoredProto.StoredSignature.parseFrom(bytes);
            return new StoredSignature(
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
