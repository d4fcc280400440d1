package io.iommuledger.verify.source;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.cli.Reason;
import io.iommuledger.proof.Hash;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** An {@link ExportFile}. */
public final class FileSource implements RecordSource {
    private static final int POSITION_TAG = 1 << 3;

    private final Path file;
    private final FileChannel channel;
    private final Frames frames;
    private final boolean earlier;
    private final CopiedTiles tiles;
    private final long total;
    private long records;
    private long signatures;
    private Optional<String> damage = Optional.empty();
    private boolean ended;

    /** Where the stretches of positions begin in the file, for a second look. */
    private final TreeMap<Long, Long> stretches = new TreeMap<>();

    /** @param earlier whether it is of the form without hashes of leaves */
    private FileSource(Path file, FileChannel channel, Frames frames, boolean earlier) throws IOException {
        this.file = file;
        this.channel = channel;
        this.frames = frames;
        this.earlier = earlier;
        this.tiles = new CopiedTiles(channel);
        this.total = channel.size();
    }

    /** @throws Unreadable if it is not there, or is no export */
    public static FileSource open(Path file) throws Unreadable {
        try {
            FileChannel channel = FileChannel.open(file);
            Frames frames = new Frames(channel, 0);
            byte[] beginning = frames.bytes(ExportFile.BEGINNING.length);
            boolean earlier = Arrays.equals(beginning, ExportFile.EARLIER);
            if (!earlier && !Arrays.equals(beginning, ExportFile.BEGINNING)) {
                channel.close();
                throw new Unreadable(file + " is no export of a log that is known here: it begins neither with '"
                        + text(ExportFile.BEGINNING) + "' nor with '" + text(ExportFile.EARLIER) + "'");
            }
            return new FileSource(file, channel, frames, earlier);
        } catch (IOException e) {
            throw new Unreadable(file + " cannot be read: " + Reason.of(e), e);
        }
    }

    private static String text(byte[] beginning) {
        return new String(beginning, StandardCharsets.US_ASCII).strip();
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public long done() {
        return frames.at();
    }

    @Override
    public Optional<String> damage() {
        return damage;
    }

    @Override
    public boolean isCopy() {
        return true;
    }

    @Override
    public Optional<Portion> next() throws Unreadable {
        if (ended) {
            return Optional.empty();
        }
        try {
            Block block = read();
            return block.records() == 0 && block.signatures().isEmpty() ? Optional.empty() : Optional.of(() -> block);
        } catch (IOException e) {
            throw new Unreadable(file + " cannot be read: " + Reason.of(e), e);
        }
    }

    private Block read() throws IOException {
        List<StoredSignature> signed = new ArrayList<>();
        Gathered gathered = new Gathered();
        while (true) {
            long at = frames.at();
            Optional<Frame> frame = frames.peek();
            if (frame.isEmpty() || !fits(frame.get()) || !follows(frame.get())) {
                damaged(at);
                break;
            }
            Frame next = frame.get();
            if (next.letter() == ExportFile.RECORD) {
                long position = position(next);
                long number = Block.number(position);
                if (gathered.isCompleteBefore(position)) {
                    break;
                }
                if (gathered.take(next, number)) {
                    stretches.putIfAbsent(number, at);
                }
                records++;
            } else if (next.letter() == ExportFile.SIGNATURE) {
                try {
                    signed.add(StoredSignature.decode(next.copy()));
                } catch (MalformedRecord noSignature) {
                    damaged(at);
                    break;
                }
                signatures++;
            } else if (next.letter() == ExportFile.LEAVES) {
                tiles.take(next, at);
            } else {
                end(next, at);
                break;
            }
            frames.skip(next);
        }
        return gathered.block(signed);
    }

    /** Nothing but the end stands behind hashes that fill no tile, and no records behind any. */
    private boolean follows(Frame frame) {
        return switch (frame.letter()) {
            case ExportFile.LEAVES -> tiles.takesMore();
            case ExportFile.END -> true;
            default -> tiles.leaves() == 0;
        };
    }

    private boolean fits(Frame frame) {
        return switch (frame.letter()) {
            case ExportFile.RECORD -> frame.length() > 0 && frame.length() <= 1 << 20;
            case ExportFile.SIGNATURE -> frame.length() <= StoredRecord.MOST_BYTES;
            case ExportFile.LEAVES ->
                !earlier
                        && frame.length() > 0
                        && frame.length() <= ExportFile.TILE_BYTES
                        && frame.length() % Hash.BYTES == 0;
            case ExportFile.END -> frame.length() == (earlier ? ExportFile.EARLIER_END_BYTES : ExportFile.END_BYTES);
            default -> false;
        };
    }

    private void end(Frame frame, long at) throws IOException {
        ByteBuffer counts = ByteBuffer.wrap(frame.copy());
        frames.skip(frame);
        ended = true;
        if (counts.getLong() != records || counts.getLong() != signatures || frames.at() != total) {
            damaged(at);
        } else if (!earlier && counts.getLong() != tiles.leaves()) {
            damaged(at);
        } else if (!earlier && !Arrays.equals(tiles.digest(), remaining(counts))) {
            damage = Optional.of("the hashes of leaves in " + file + ", behind record " + records
                    + ", are not those that were copied: they were changed");
        }
    }

    private static byte[] remaining(ByteBuffer bytes) {
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return rest;
    }

    private void damaged(long at) {
        ended = true;
        damage = Optional.of("byte " + at + " of " + file + ", behind record " + records
                + ", is not what an export has there: it was changed or broken off");
    }

    /** What a record says of its position; 0 if it says nothing. */
    private static long position(Frame frame) throws IOException {
        if (frame.bytes()[frame.from()] != POSITION_TAG) {
            return 0;
        }
        try {
            return CodedInputStream.newInstance(frame.bytes(), frame.from() + 1, frame.length() - 1)
                    .readUInt64();
        } catch (InvalidProtocolBufferException noNumber) {
            return 0;
        }
    }

    @Override
    public List<byte[]> records(long first, long last) throws Unreadable {
        List<byte[]> found = new ArrayList<>();
        Long from = stretches.get(Block.number(first));
        if (from == null) {
            return found;
        }
        scan(from, frame -> {
            long position = position(frame);
            if (position >= first && position <= last) {
                found.add(frame.copy());
            }
            return position <= last;
        });
        return found;
    }

    @Override
    public List<byte[]> payloads(String stream, long first, long last) throws Unreadable {
        List<byte[]> found = new ArrayList<>();
        scan(ExportFile.BEGINNING.length, frame -> {
            StoredRecord record;
            try {
                record = StoredRecord.decode(frame.copy());
            } catch (MalformedRecord told) {
                // The first look has told of it already; here it is one that is missing.
                return true;
            }
            boolean ofStream = record.stream().equals(stream);
            if (ofStream && record.sequence() >= first && record.sequence() <= last) {
                found.add(record.payload());
            }
            return !ofStream || record.sequence() < last;
        });
        return found;
    }

    /** What is done with each record of a second look. */
    @FunctionalInterface
    private interface Look {
        /** @return whether to go on */
        boolean at(Frame frame) throws IOException;
    }

    private void scan(long from, Look look) throws Unreadable {
        try {
            Frames again = new Frames(channel, from);
            Predicate<Frame> known = frame -> fits(frame) && frame.letter() != ExportFile.LEAVES;
            for (Optional<Frame> next = again.peek(); next.filter(known).isPresent(); next = again.peek()) {
                Frame frame = next.get();
                if (frame.letter() == ExportFile.RECORD && !look.at(frame)) {
                    return;
                }
                again.skip(frame);
            }
        } catch (IOException e) {
            throw new Unreadable(file + " cannot be read: " + Reason.of(e), e);
        }
    }

    @Override
    public StoredProofs proofs() {
        return tiles.leaves() == 0 ? StoredProofs.NONE : new StoredProofs(tiles, List.of(), false);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // All was read that is needed, or that it was not is known already.
        }
    }

    /** The records of one block, one behind the other. */
    private static final class Gathered {
        private byte[] bytes = new byte[1 << 16];
        private final int[] ends = new int[Block.POSITIONS];
        private int count;
        private long number;

        boolean isCompleteBefore(long position) {
            return count > 0
                    && (count == ends.length
                            || number != Block.number(position)
                            || Block.enough(ends[count - 1], position));
        }

        /** @return whether it is the first */
        boolean take(Frame frame, long ofNumber) {
            number = ofNumber;
            int end = count == 0 ? 0 : ends[count - 1];
            if (end + frame.length() > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + frame.length()));
            }
            System.arraycopy(frame.bytes(), frame.from(), bytes, end, frame.length());
            ends[count] = end + frame.length();
            count++;
            return count == 1;
        }

        Block block(List<StoredSignature> signatures) {
            return new Block(bytes, Arrays.copyOf(ends, count), signatures);
        }
    }
}
