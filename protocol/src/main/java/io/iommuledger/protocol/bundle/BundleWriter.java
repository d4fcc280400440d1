package io.iommuledger.protocol.bundle;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.protocol.CheckpointEncoder;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.v1.BundleProto;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;

/**
 * Writes a bundle, block by block as they come: it keeps none. The calls come in the order of {@link Kind}; without the
 * last one, {@link #end}, what is written is no bundle.
 */
public final class BundleWriter {
    private final OutputStream out;
    private final MessageDigest digest = Sha256.begun();
    private final Map<Kind, Long> written = new EnumMap<>(Kind.class);
    private final CheckpointEncoder checkpoint = new CheckpointEncoder(part -> put(Kind.CHECKPOINT, part));
    private Kind newest = Kind.MANIFEST;

    /** @param out worth buffering: it gets many small pieces */
    public BundleWriter(OutputStream out, Manifest manifest) throws IOException {
        this.out = out;
        write(Block.beginning(Block.VERSION));
        put(Kind.MANIFEST, ManifestCodec.encode(manifest));
    }

    public void checkpoint(HostCheckpoint host) throws IOException {
        checkpoint.put(host);
    }

    /** One of before the part that was asked for, without which the rest cannot be checked. Positions ascend. */
    public void earlier(StoredRecord record) throws IOException {
        put(Kind.EARLIER, record.encoded());
    }

    /** Positions ascend, from behind the manifest's {@code from} up to its {@code to}. */
    public void record(StoredRecord record) throws IOException {
        put(Kind.RECORD, record.encoded());
    }

    /**
     * One that is outside of the part, of a batch that is not. By stream and sequence. Nobody plays it, and no proof has it.
     */
    public void outside(StoredRecord record) throws IOException {
        put(Kind.OUTSIDE, record.encoded());
    }

    public void signature(StoredSignature signature) throws IOException {
        put(Kind.SIGNATURE, signature.encoded());
    }

    /**
     * Some hashes of the proof that the records, earlier ones among them, are in the tree of the log: behind each other, in
     * the order of the proof. No record is behind the end of that tree.
     */
    public void proof(byte[] hashes) throws IOException {
        put(Kind.PROOF, hashes);
    }

    /** Some of the hashes that the tree has of the records, earlier ones among them: behind each other, in their order. */
    public void leaves(byte[] hashes) throws IOException {
        put(Kind.LEAVES, hashes);
    }

    public void attachment(Attachment attachment) throws IOException {
        put(
                Kind.ATTACHMENT,
                BundleProto.Attachment.newBuilder()
                        .setName(attachment.name())
                        .setContent(ByteString.copyFrom(attachment.content()))
                        .build()
                        .toByteArray());
    }

    /** Flushes, and does not close. */
    public void end() throws IOException {
        byte[] end = BundleProto.BundleEnd.newBuilder()
                .setCheckpointParts(count(Kind.CHECKPOINT))
                .setRecords(count(Kind.RECORD))
                .setSignatures(count(Kind.SIGNATURE))
                .setAttachments(count(Kind.ATTACHMENT))
                .setEarlierRecords(count(Kind.EARLIER))
                .setProofParts(count(Kind.PROOF))
                .setLeafParts(count(Kind.LEAVES))
                .setOutsideRecords(count(Kind.OUTSIDE))
                .setSha256(ByteString.copyFrom(digest.digest()))
                .build()
                .toByteArray();
        put(Kind.END, end);
        out.flush();
    }

    private long count(Kind kind) {
        return written.getOrDefault(kind, 0L);
    }

    private void put(Kind kind, byte[] payload) throws IOException {
        if (kind.compareTo(newest) < 0 || newest == Kind.END) {
            throw new IllegalStateException("a " + kind.inWords() + " behind a " + newest.inWords());
        }
        if (payload.length > kind.mostBytes()) {
            throw new IllegalArgumentException(
                    "too long for a " + kind.inWords() + ": bytes=" + payload.length + ", most=" + kind.mostBytes());
        }
        newest = kind;
        written.merge(kind, 1L, Long::sum);
        write(new Block(0, kind, payload).encoded());
    }

    private void write(byte[] bytes) throws IOException {
        digest.update(bytes);
        out.write(bytes);
    }
}
