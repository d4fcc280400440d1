package io.iommuledger.query.column;

/**
 * An unsigned address in a {@code bigint}, which is signed: stored with its top bit flipped, so that the column
 * sorts and compares as the addresses do.
 */
public final class IovaColumn {

    private IovaColumn() {}

    /** Address to column, and column to address. */
    public static long flip(long value) {
        return value ^ Long.MIN_VALUE;
    }
}
