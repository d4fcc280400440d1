package io.iommuledger.verify.check;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.verify.source.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A block, and of each of its records what can be said of it by itself. Arrays have a place for each record. */
final class Examined {
    final Block block;
    final long[] positions;
    final long[] sequences;
    final long[] storedAt;

    /** Numbers of names. */
    final int[] streams;

    final int[] types;
    final int[] payloads;
    final int[] payloadLengths;
    final byte[] leaves;

    /** Whether its payload was removed, and its leaf is by its own word. */
    final boolean[] removed;

    final Names names = new Names();
    final List<Finding> findings = new ArrayList<>();

    /** By tile, in their order; null for one that is not whole. */
    Hash[] tiles = {};

    Examined(Block block) {
        this.block = block;
        int records = block.records();
        positions = new long[records];
        sequences = new long[records];
        storedAt = new long[records];
        streams = new int[records];
        types = new int[records];
        payloads = new int[records];
        payloadLengths = new int[records];
        removed = new boolean[records];
        leaves = new byte[records * Hash.BYTES];
    }

    int records() {
        return positions.length;
    }

    /** Whether it could be read at all. */
    boolean understood(int record) {
        return payloads[record] >= 0;
    }

    String stream(int record) {
        return names.text(streams[record]);
    }

    String type(int record) {
        return names.text(types[record]);
    }

    byte[] payload(int record) {
        return Arrays.copyOfRange(block.bytes(), payloads[record], payloads[record] + payloadLengths[record]);
    }

    /** The record as it is encoded. */
    byte[] encoded(int record) {
        return block.record(record);
    }

    /** Hashes of the leaves of a tile, which begins at one of the records, behind each other. */
    byte[] leavesFrom(int record, int width) {
        return Arrays.copyOfRange(leaves, record * Hash.BYTES, (record + Math.min(width, Tile.FULL)) * Hash.BYTES);
    }
}
