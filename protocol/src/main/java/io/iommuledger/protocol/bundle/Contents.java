package io.iommuledger.protocol.bundle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.v1.BundleProto;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a bundle once from end to end, holds every byte of it against its checksums, and notes where what is. */
final class Contents {
    /** The place of every so many records is kept. */
    private static final int SPACING = 256;

    private final FileChannel file;
    private final MessageDigest digest = Sha256.begun();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, Long> firsts = new EnumMap<>(Kind.class);
    private final TreeMap<Long, Long> places = new TreeMap<>();
    private final Map<String, byte[]> attachments = new LinkedHashMap<>();
    private Kind newest = Kind.MANIFEST;
    private Optional<StoredSignature> signed = Optional.empty();
    private Optional<StoredRecord> outside = Optional.empty();
    private long position;
    private long checkpointBytes;
    private @Nullable Manifest manifest;
    private String sha256 = "";

    private Contents(FileChannel file) {
        this.file = file;
    }

    /**
     * Of a form that is known.
     *
     * @throws BadBundle at the first thing that is wrong
     */
    static Contents of(FileChannel file, byte version) throws IOException {
        Contents contents = new Contents(file);
        BlockReader blocks = new BlockReader(file, Block.MAGIC_BYTES);
        contents.digest.update(Block.beginning(version));
        while (contents.newest != Kind.END) {
            long at = blocks.at();
            Block block = blocks.next()
                    .orElseThrow(() -> new BadBundle(at, "cut off: the file ends and the bundle does not"));
            try {
                contents.take(block);
            } catch (MalformedRecord | InvalidProtocolBufferException e) {
                throw new BadBundle(
                        at, "no " + block.kind().inWords() + " that this version can read: " + e.getMessage(), e);
            }
        }
        if (file.size() > blocks.at()) {
            throw new BadBundle(blocks.at(), "the bundle ends and the file does not");
        }
        return contents;
    }

    private void take(Block block) throws IOException {
        boolean first = manifest == null;
        if (first != (block.kind() == Kind.MANIFEST) || block.kind().compareTo(newest) < 0) {
            throw new BadBundle(
                    block.at(),
                    "a " + block.kind().inWords() + " where " + (first ? "the manifest belongs" : "none belongs"));
        }
        newest = block.kind();
        counts.merge(newest, 1L, Long::sum);
        firsts.putIfAbsent(newest, block.at());
        switch (newest) {
            case MANIFEST -> begins(ManifestCodec.decode(block.payload()));
            case EARLIER -> earlier(block);
            case RECORD -> record(block);
            case OUTSIDE -> outside(block);
            case SIGNATURE -> signature(StoredSignature.decode(block.payload()));
            case PROOF, LEAVES -> hashes(block);
            case ATTACHMENT -> attachment(block);
            case END -> ends(block);
            // Whoever wants it reads it: it may be large.
            case CHECKPOINT -> checkpointBytes += block.payload().length;
        }
        if (newest != Kind.END) {
            digest.update(block.encoded());
        }
    }

    long checkpointBytes() {
        return checkpointBytes;
    }

    private void begins(Manifest first) {
        manifest = first;
    }

    private void earlier(Block block) throws BadBundle {
        StoredRecord record = StoredRecord.decode(block.payload());
        if (record.position() <= position || record.position() > manifest().from()) {
            throw new BadBundle(
                    block.at(),
                    "an earlier record of position " + Long.toUnsignedString(record.position()) + " behind " + position
                            + ", in a bundle that begins behind " + manifest().from());
        }
        position = record.position();
    }

    private static void hashes(Block block) throws BadBundle {
        if (block.payload().length == 0 || block.payload().length % Sha256.BYTES != 0) {
            throw new BadBundle(
                    block.at(),
                    "a " + block.kind().inWords() + " of " + block.payload().length + " bytes, which are no hashes");
        }
    }

    private void record(Block block) throws BadBundle {
        StoredRecord record = StoredRecord.decode(block.payload());
        position = Math.max(position, manifest().from());
        if (record.position() <= position || record.position() > manifest().to()) {
            throw new BadBundle(
                    block.at(),
                    "a record of position " + Long.toUnsignedString(record.position()) + " behind " + position
                            + ", in a bundle that goes up to " + manifest().to());
        }
        if (count(Kind.RECORD) % SPACING == 1) {
            places.put(record.position(), block.at());
        }
        position = record.position();
    }

    /** They come by stream and sequence, each once. */
    private void outside(Block block) throws BadBundle {
        StoredRecord record = StoredRecord.decode(block.payload());
        if (record.position() > manifest().from()
                && record.position() <= manifest().to()) {
            throw new BadBundle(
                    block.at(),
                    "a " + block.kind().inWords() + " at position " + record.position()
                            + ", which is in the part: it begins behind "
                            + manifest().from() + " and goes up to "
                            + manifest().to());
        }
        Optional<StoredRecord> before = outside;
        outside = Optional.of(record);
        int streams = before.map(one -> one.stream().compareTo(record.stream())).orElse(-1);
        if (streams > 0 || (streams == 0 && before.orElseThrow().sequence() >= record.sequence())) {
            throw new BadBundle(block.at(), "records of batches that are cut are not in order, at " + record.stream());
        }
    }

    /** They come by stream and sequence, each once. */
    private void signature(StoredSignature signature) {
        if (signature.firstSequence() < 0 || signature.lastSequence() < signature.firstSequence()) {
            throw new MalformedRecord("a signature of facts " + Long.toUnsignedString(signature.firstSequence())
                    + " to " + Long.toUnsignedString(signature.lastSequence()));
        }
        Optional<StoredSignature> before = signed;
        signed = Optional.of(signature);
        if (before.filter(one -> one.stream().equals(signature.stream()))
                .filter(one -> one.lastSequence() >= signature.lastSequence())
                .isPresent()) {
            throw new MalformedRecord("signatures of " + signature.stream() + " are not in order");
        }
    }

    private void attachment(Block block) throws IOException {
        BundleProto.Attachment attachment = BundleProto.Attachment.parseFrom(block.payload());
        if (count(Kind.ATTACHMENT) > Attachment.MOST
                || attachment.getName().length() > Attachment.MOST_NAME_CHARACTERS) {
            throw new BadBundle(
                    block.at(),
                    "more than " + Attachment.MOST + " attachments, or one whose name has more than "
                            + Attachment.MOST_NAME_CHARACTERS + " characters");
        }
        attachments.put(attachment.getName(), attachment.getContent().toByteArray());
    }

    private void ends(Block block) throws IOException {
        BundleProto.BundleEnd end = BundleProto.BundleEnd.parseFrom(block.payload());
        byte[] all = digest.digest();
        if (!Arrays.equals(all, end.getSha256().toByteArray())) {
            throw new BadBundle(block.at(), "damaged: the bytes before it do not have the SHA-256 that the end says");
        }
        said(block, Kind.CHECKPOINT, end.getCheckpointParts());
        said(block, Kind.RECORD, end.getRecords());
        said(block, Kind.OUTSIDE, end.getOutsideRecords());
        said(block, Kind.SIGNATURE, end.getSignatures());
        said(block, Kind.ATTACHMENT, end.getAttachments());
        said(block, Kind.EARLIER, end.getEarlierRecords());
        said(block, Kind.PROOF, end.getProofParts());
        said(block, Kind.LEAVES, end.getLeafParts());
        sha256 = HexFormat.of().formatHex(all);
    }

    private void said(Block end, Kind kind, long number) throws BadBundle {
        if (count(kind) != number) {
            throw new BadBundle(
                    end.at(),
                    "the end says that of " + kind.inWords() + " there are " + Long.toUnsignedString(number)
                            + " blocks, and there are " + count(kind));
        }
    }

    long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Offset of the first block of a kind; empty if there is none. */
    Optional<Long> first(Kind kind) {
        return Optional.ofNullable(firsts.get(kind));
    }

    /** Offset of a record from which on those above a position are found, and not many others. */
    Optional<Long> before(long above) {
        Map.Entry<Long, Long> place = places.floorEntry(above);
        return place == null ? first(Kind.RECORD) : Optional.of(place.getValue());
    }

    Manifest manifest() {
        if (manifest == null) {
            throw new IllegalStateException("the manifest is the first block that is read");
        }
        return manifest;
    }

    Optional<byte[]> attachment(String name) {
        return Optional.ofNullable(attachments.get(name));
    }

    String sha256() {
        return sha256;
    }

    BlockReader from(long offset) {
        return new BlockReader(file, offset);
    }
}
