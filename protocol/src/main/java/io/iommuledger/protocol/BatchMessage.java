package io.iommuledger.protocol;

import io.iommuledger.lifecycle.host.StreamId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What is signed of a batch of facts, put together record by record: the name of the kind, then the SHA-256 of host, epoch,
 * first sequence, the records as they are, and their number.
 */
public final class BatchMessage {
    private static final byte[] NAME = "iommu-ledger batch v1\0".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest digest = Sha256.begun();
    private final byte[] number = new byte[Integer.BYTES];
    private int records;

    public BatchMessage(StreamId stream, long firstSequence) {
        byte[] host = stream.host().value().getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(Integer.BYTES + host.length + 2 * Long.BYTES);
        head.putInt(host.length).put(host).putLong(stream.epoch()).putLong(firstSequence);
        digest.update(head.array());
    }

    public void add(byte[] record) {
        add(record, 0, record.length);
    }

    /** A record that is a part of an array. */
    public void add(byte[] bytes, int offset, int length) {
        update(length);
        digest.update(bytes, offset, length);
        records++;
    }

    /** All of it; nothing can be added afterwards. */
    public byte[] bytes() {
        update(records);
        return ByteBuffer.allocate(NAME.length + digest.getDigestLength())
                .put(NAME)
                .put(digest.digest())
                .array();
    }

    private void update(int value) {
        ByteBuffer.wrap(number).putInt(value);
        digest.update(number);
    }
}
