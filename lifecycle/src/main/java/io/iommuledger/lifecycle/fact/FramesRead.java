package io.iommuledger.lifecycle.fact;

import java.util.List;

/**
 * Which physical memory stands behind a mapping, as the kernel told the agent just after it had installed it, and so while it
 * was pinned. Told again when the mapping is installed anew; the newest one counts.
 *
 * @param runs            in the order of the mapping's bytes
 * @param unknownBytes    of which the kernel did not tell where they are, unsigned
 * @param whyUnknown      empty if there are none
 * @param unrecordedBytes that were not looked at, or lie in more runs than are recorded; unsigned
 */
public record FramesRead(long mapping, List<FrameRun> runs, long unknownBytes, String whyUnknown, long unrecordedBytes)
        implements HostFact {

    /** As many as one record holds. */
    public static final int MOST_RUNS = 1_024;
}
