package io.iommuledger.lifecycle.access;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What a server tells a command side, which may be itself: that it is there, and who asked it for what.
 *
 * @param server     as it calls itself
 * @param begunNanos when it started, by its clock, since 1970
 * @param endedNanos when it was told to end, if it was
 */
public record AccessReport(UUID instance, String server, long begunNanos, List<Read> reads, OptionalLong endedNanos) {
    /** In one report: so many have room in the body of a request, whatever they are. */
    public static final int MOST_READS = 256;

    /**
     * One question, as {@link AccessRead} has it.
     *
     * @param peer address that it came from
     */
    public record Read(long atNanos, String peer, String method, String kind, String target, long position) {}
}
