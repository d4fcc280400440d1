package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.iommuledger.protocol.v1.StoredProto;

/**
 * A record of the log as one message, always with the same bytes; {@code stored.proto} describes them.
 *
 * @param sequence      place in its stream
 * @param version       of the layout of its payload; empty for an event that is none of ours
 * @param storedAtNanos since 1970
 * @param leafHash      of the record as it was, if its payload was removed, which is empty then; else empty
 * @param kept          what stays of its payload then, of a record of an operation; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying each payload buys nothing
public record StoredRecord(
        long position,
        String stream,
        long sequence,
        String type,
        String version,
        long storedAtNanos,
        byte[] payload,
        byte[] leafHash,
        byte[] kept) {
    private static final byte[] NOTHING = {};

    /** The longest that there is. */
    public static final int MOST_BYTES = 60 << 10;

    /** What a payload may take, whatever its stream and type are called. */
    public static final int MOST_PAYLOAD_BYTES = MOST_BYTES - 512;

    /** One that has its payload. */
    public StoredRecord(
            long position,
            String stream,
            long sequence,
            String type,
            String version,
            long storedAtNanos,
            byte[] payload) {
        this(position, stream, sequence, type, version, storedAtNanos, payload, NOTHING, NOTHING);
    }

    /** Whether its payload was removed: what is encoded is not the leaf's data then, and {@link #leafHash} is its hash. */
    public boolean removed() {
        return leafHash.length > 0;
    }

    /**
     * What is left of it.
     *
     * @throws MalformedRecord if it is of an operation, and its payload is none that may be removed
     */
    public StoredRecord withoutPayload(byte[] leaf) {
        byte[] stays = type.startsWith(EventTypes.OPERATION) ? OperationCodec.kept(payload) : NOTHING;
        return new StoredRecord(position, stream, sequence, type, version, storedAtNanos, NOTHING, leaf, stays);
    }

    /** It with a payload that it may have had. */
    public StoredRecord withPayload(byte[] candidate) {
        return new StoredRecord(position, stream, sequence, type, version, storedAtNanos, candidate);
    }

    public byte[] encoded() {
        return StoredProto.StoredRecord.newBuilder()
                .setPosition(position)
                .setStream(stream)
                .setSequence(sequence)
                .setType(type)
                .setVersion(version)
                .setStoredAtNanos(storedAtNanos)
                .setPayload(UnsafeByteOperations.unsafeWrap(payload))
                .setLeafHash(UnsafeByteOperations.unsafeWrap(leafHash))
                .setKept(UnsafeByteOperations.unsafeWrap(kept))
                .build()
                .toByteArray();
    }

    /** @throws MalformedRecord if the bytes are no record, or not the ones that it is always written with */
    public static StoredRecord decode(byte[] bytes) {
        StoredProto.StoredRecord wire;
        try {
            wire = StoredProto.StoredRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRecord("no stored record in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
        StoredRecord record = new StoredRecord(
                wire.getPosition(),
                wire.getStream(),
                wire.getSequence(),
                wire.getType(),
                wire.getVersion(),
                wire.getStoredAtNanos(),
                wire.getPayload().toByteArray(),
                wire.getLeafHash().toByteArray(),
                wire.getKept().toByteArray());
        if (!ByteString.copyFrom(bytes).equals(ByteString.copyFrom(record.encoded()))) {
            throw new MalformedRecord("a stored record at position " + wire.getPosition()
                    + " that is not written as one is: fields out of order, twice, or unknown");
        }
        return record;
    }
}
