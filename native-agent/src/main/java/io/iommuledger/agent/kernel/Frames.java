package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.fact.FrameRun;
import java.util.List;

/**
 * Where a range of the agent's memory is in physical memory. Every byte of it is in a run, unknown, or unread.
 *
 * @param runs         in the order of the range
 * @param unknownBytes of which the kernel does not tell
 * @param why          it does not; empty if there are none
 * @param unreadBytes  behind those of which it was asked
 */
public record Frames(List<FrameRun> runs, long unknownBytes, String why, long unreadBytes) {

    /** Of a range of which nothing can be known. */
    public static Frames unknown(long size, String why) {
        return new Frames(List.of(), size, why, 0);
    }

    /** Of a range that is not asked for. */
    public static Frames unread(long size) {
        return new Frames(List.of(), 0, "", size);
    }
}
