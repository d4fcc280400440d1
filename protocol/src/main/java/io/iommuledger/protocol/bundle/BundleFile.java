package io.iommuledger.protocol.bundle;

import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.protocol.CheckpointDecoder;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A bundle in a file. It was held against its checksums when it was opened, and is again block by block as it is read; who
 * wrote it they do not say. Keeps no records. For one thread.
 */
public final class BundleFile implements Closeable {
    private final FileChannel file;
    private final Contents contents;

    private BundleFile(FileChannel file, Contents contents) {
        this.file = file;
        this.contents = contents;
    }

    /**
     * Reads the whole file.
     *
     * @throws BadBundle if it is no bundle, is damaged or cut off, or has a form of a newer version
     */
    public static BundleFile open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new BundleFile(file, Contents.of(file, version(file)));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static byte version(FileChannel file) throws IOException {
        byte[] first = first(file);
        if (!Block.begins(first)) {
            throw new BadBundle(0, "no bundle: it does not begin as one");
        }
        byte version = Block.versionOf(first);
        if (!Block.isKnown(version)) {
            throw new BadBundle.OtherForm(
                    4,
                    "a bundle of form " + (version & 0xff) + ", and this version reads forms up to " + Block.VERSION);
        }
        return version;
    }

    /** The first bytes, fewer if the file has no more. */
    private static byte[] first(FileChannel file) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(Block.MAGIC_BYTES);
        while (first.hasRemaining() && file.read(first, first.position()) > 0) {
            // until it is full, or the file ends
        }
        return Arrays.copyOf(first.array(), first.position());
    }

    /** Whether a file begins as a bundle does, of whatever version. */
    public static boolean isOne(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return Block.begins(first(file));
        }
    }

    public Manifest manifest() {
        return contents.manifest();
    }

    /** SHA-256 of all its blocks but the last, in hex: which bundle it is. */
    public String sha256() {
        return contents.sha256();
    }

    /** How many records are in it. */
    public long records() {
        return contents.count(Kind.RECORD);
    }

    /** How many parts the checkpoint has: as many as there are things that stood, or nearly. */
    public long checkpointParts() {
        return contents.count(Kind.CHECKPOINT);
    }

    /** How long all parts of it are together. */
    public long checkpointBytes() {
        return contents.checkpointBytes();
    }

    /** How the hosts stood at its beginning. */
    public List<HostCheckpoint> checkpoint() throws IOException {
        CheckpointDecoder decoder = new CheckpointDecoder();
        each(Kind.CHECKPOINT, decoder::take);
        return decoder.hosts();
    }

    /**
     * Records in their order.
     *
     * @param after     the first one is above this position
     * @param upTo      position of the last one that may be among them
     * @param most      so many at most
     * @param mostBytes so many bytes, or the one record that has more
     */
    public List<StoredRecord> records(long after, long upTo, int most, long mostBytes) throws IOException {
        List<StoredRecord> records = new ArrayList<>();
        Optional<Long> begin = contents.before(after);
        if (begin.isEmpty()) {
            return records;
        }
        BlockReader blocks = contents.from(begin.get());
        long bytes = 0;
        Block block = next(blocks);
        while (block.kind() == Kind.RECORD && records.size() < most) {
            StoredRecord record = decoded(block);
            bytes += record.position() > after ? block.payload().length : 0;
            if (record.position() > upTo || (bytes > mostBytes && !records.isEmpty())) {
                return records;
            }
            if (record.position() > after) {
                records.add(record);
            }
            block = next(blocks);
        }
        return records;
    }

    /** Records of before the part, in their order: who may speak for the hosts. */
    public void earlier(RecordReader reader) throws IOException {
        each(Kind.EARLIER, payload -> reader.read(StoredRecord.decode(payload), payload));
    }

    /** All records of the part in their order. */
    public void records(RecordReader reader) throws IOException {
        each(Kind.RECORD, payload -> reader.read(StoredRecord.decode(payload), payload));
    }

    /**
     * Records of batches that are cut where the part begins or ends, by stream and sequence: what of these batches is outside
     * of the part.
     */
    public void outside(RecordReader reader) throws IOException {
        each(Kind.OUTSIDE, payload -> reader.read(StoredRecord.decode(payload), payload));
    }

    /** The proof that the records are in the tree of the log, some hashes at a time. */
    public void proof(Consumer<byte[]> reader) throws IOException {
        each(Kind.PROOF, reader::accept);
    }

    /** The hashes that the tree of the log has of the records, in their order, some at a time; of earlier forms none. */
    public void leaves(Consumer<byte[]> reader) throws IOException {
        each(Kind.LEAVES, reader::accept);
    }

    /** Takes records one by one. */
    @FunctionalInterface
    public interface RecordReader {
        /** @param encoded the record as it stands in the log */
        void read(StoredRecord record, byte[] encoded) throws IOException;
    }

    /** By stream and sequence. */
    public void signatures(Consumer<StoredSignature> reader) throws IOException {
        each(Kind.SIGNATURE, payload -> reader.accept(StoredSignature.decode(payload)));
    }

    /** What stands beside the records by that name. */
    public Optional<byte[]> attachment(String name) {
        return contents.attachment(name);
    }

    private interface PayloadReader {
        void read(byte[] payload) throws IOException;
    }

    private void each(Kind kind, PayloadReader reader) throws IOException {
        Optional<Long> first = contents.first(kind);
        if (first.isEmpty()) {
            return;
        }
        BlockReader blocks = contents.from(first.get());
        for (Block block = next(blocks); block.kind() == kind; block = next(blocks)) {
            try {
                reader.read(block.payload());
            } catch (MalformedRecord e) {
                throw new BadBundle(block.at(), String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** There is always one: the end is the last, and nobody reads on behind it. */
    private static Block next(BlockReader blocks) throws IOException {
        long at = blocks.at();
        return blocks.next()
                .orElseThrow(() -> new BadBundle(at, "the file has changed while it is read: it ends here"));
    }

    private static StoredRecord decoded(Block block) throws BadBundle {
        try {
            return StoredRecord.decode(block.payload());
        } catch (MalformedRecord e) {
            throw new BadBundle(block.at(), "the file has changed while it is read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
