package io.iommuledger.verify.check;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.verify.source.Block;
import java.io.IOException;

/** Hashes a block's records and reads what they say of themselves, on any thread. */
final class Examiner {
    /** Fields of a stored record. */
    private static final int POSITION = 1;

    private static final int STREAM = 2;
    private static final int SEQUENCE = 3;
    private static final int TYPE = 4;
    private static final int STORED_AT = 6;
    private static final int PAYLOAD = 7;
    private static final int LEAF_HASH = 8;
    private static final int KEPT = 9;

    /** Fields of a fact: its sequence, and the first of those of which there is one. */
    private static final int FACT_SEQUENCE = 1;

    private static final int FIRST_FACT = 16;
    private static final int EPOCH_BEGAN = 16;
    private static final int UNREAD = -1;

    private static final ThreadLocal<TreeHasher> HASHER = ThreadLocal.withInitial(TreeHasher::new);

    private final FactTypes types = new FactTypes();

    /** What a fact says of itself. */
    private record FactHead(long sequence, int field) {}

    Examined examine(Block block) {
        Examined examined = new Examined(block);
        TreeHasher hasher = HASHER.get();
        for (int i = 0; i < block.records(); i++) {
            int start = block.start(i);
            int length = block.ends()[i] - start;
            hasher.leaf(block.bytes(), start, length, examined.leaves, i);
            read(examined, i, start, length);
        }
        examined.tiles = tiles(examined, hasher);
        return examined;
    }

    private void read(Examined examined, int record, int start, int length) {
        byte[] bytes = examined.block.bytes();
        CodedInputStream in = CodedInputStream.newInstance(bytes, start, length);
        examined.streams[record] = UNREAD;
        examined.types[record] = UNREAD;
        examined.payloads[record] = start + length;
        try {
            int before = 0;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                if (field <= before || field > KEPT) {
                    throw new InvalidProtocolBufferException("field " + field + " is not where it belongs");
                }
                before = field;
                take(examined, record, start, length, in, tag);
            }
            if (examined.removed[record] && examined.payloadLengths[record] > 0) {
                throw new InvalidProtocolBufferException("it has a payload, and the hash that stands for one");
            }
            if (examined.streams[record] == UNREAD || examined.types[record] == UNREAD) {
                throw new InvalidProtocolBufferException("it names no stream or no type");
            }
        } catch (IOException | IllegalArgumentException e) {
            examined.payloads[record] = UNREAD;
            examined.findings.add(Finding.at(
                    examined.positions[record], Evidence.FORM, "what stands here is no record: " + e.getMessage()));
            return;
        }
        if (StreamId.isStream(examined.stream(record)) && !examined.removed[record]) {
            readFact(examined, record);
        }
    }

    private static void take(Examined examined, int record, int start, int whole, CodedInputStream in, int tag)
            throws IOException {
        byte[] bytes = examined.block.bytes();
        switch (WireFormat.getTagFieldNumber(tag)) {
            case POSITION -> examined.positions[record] = in.readUInt64();
            case SEQUENCE -> examined.sequences[record] = in.readUInt64();
            case STREAM -> {
                int length = length(in, whole);
                examined.streams[record] = examined.names.number(bytes, start + in.getTotalBytesRead(), length);
                in.skipRawBytes(length);
            }
            case TYPE -> {
                int length = length(in, whole);
                examined.types[record] = examined.names.number(bytes, start + in.getTotalBytesRead(), length);
                in.skipRawBytes(length);
            }
            case STORED_AT -> examined.storedAt[record] = in.readFixed64();
            case PAYLOAD -> {
                int length = length(in, whole);
                examined.payloads[record] = start + in.getTotalBytesRead();
                examined.payloadLengths[record] = length;
                in.skipRawBytes(length);
            }
            case LEAF_HASH -> {
                byte[] leaf = in.readByteArray();
                if (leaf.length != Hash.BYTES) {
                    throw new InvalidProtocolBufferException("the hash of its leaf has " + leaf.length + " bytes");
                }
                System.arraycopy(leaf, 0, examined.leaves, record * Hash.BYTES, Hash.BYTES);
                examined.removed[record] = true;
            }
            case KEPT -> {
                if (!examined.removed[record]) {
                    throw new InvalidProtocolBufferException("it keeps what a removed payload leaves, and none was");
                }
                in.skipField(tag);
            }
            default -> in.skipField(tag);
        }
    }

    /** Of what follows, which is all there: it is looked at before it is passed over. */
    private static int length(CodedInputStream in, int whole) throws IOException {
        int length = in.readRawVarint32();
        if (length < 0 || length > whole - in.getTotalBytesRead()) {
            throw new InvalidProtocolBufferException("it ends before what is in it");
        }
        return length;
    }

    private void readFact(Examined examined, int record) {
        long position = examined.positions[record];
        String type = examined.type(record);
        if (examined.payloadLengths[record] == 0) {
            examined.findings.add(Finding.at(
                    position,
                    Evidence.REMOVAL,
                    "the payload of " + place(examined, record) + " is gone, and no hash of its leaf stands for it"));
            return;
        }
        FactHead head;
        try {
            head = head(examined, record);
        } catch (IOException e) {
            examined.findings.add(Finding.at(
                    position, Evidence.CONTENT, "the payload of " + place(examined, record) + " is no fact"));
            return;
        }
        if (head.sequence() != examined.sequences[record]) {
            examined.findings.add(Finding.at(
                    position,
                    Evidence.CONTENT,
                    "the fact at " + place(examined, record) + " says itself that it is fact " + head.sequence()));
        }
        if ((head.field() == EPOCH_BEGAN) != (examined.sequences[record] == 0)) {
            examined.findings.add(Finding.at(
                    position,
                    Evidence.CONTENT,
                    "an epoch begins with its first fact and with no other, and " + place(examined, record)
                            + " is of type " + type));
        }
        if (!types.knows(head.field(), type) && !types.fits(head.field(), type, examined.payload(record))) {
            examined.findings.add(Finding.at(
                    position,
                    Evidence.CONTENT,
                    "the fact at " + place(examined, record) + " is not of the type " + type + " that is stored"));
        }
    }

    private static FactHead head(Examined examined, int record) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(
                examined.block.bytes(), examined.payloads[record], examined.payloadLengths[record]);
        long sequence = 0;
        int kind = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == FACT_SEQUENCE) {
                sequence = in.readUInt64();
            } else {
                kind = field >= FIRST_FACT ? field : kind;
                in.skipField(tag);
            }
        }
        return new FactHead(sequence, kind);
    }

    static String place(Examined examined, int record) {
        return examined.stream(record) + ", sequence " + examined.sequences[record];
    }

    /** Roots over the tiles that begin at one of the records. */
    private static Hash[] tiles(Examined examined, TreeHasher hasher) {
        int records = examined.records();
        Hash[] tiles = new Hash[(records + Tile.FULL - 1) / Tile.FULL];
        for (int tile = 0; tile < tiles.length; tile++) {
            int from = tile * Tile.FULL;
            if (whole(examined, from)) {
                tiles[tile] = hasher.rootOver(examined.leavesFrom(from, Tile.FULL), Tile.FULL);
            }
        }
        return tiles;
    }

    private static boolean whole(Examined examined, int from) {
        long first = examined.positions[from];
        if (from + Tile.FULL > examined.records() || (first - 1) % Tile.FULL != 0) {
            return false;
        }
        for (int i = 1; i < Tile.FULL; i++) {
            if (examined.positions[from + i] != first + i) {
                return false;
            }
        }
        return true;
    }
}
