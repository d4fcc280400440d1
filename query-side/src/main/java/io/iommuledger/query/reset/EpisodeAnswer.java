package io.iommuledger.query.reset;

import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Refused;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A reset episode.
 *
 * @param device       that was asked to reset
 * @param affected     every device that it took along
 * @param mappings     that were stale or withdrawn because of it, however briefly
 * @param ended        if its outcome is unknown, where it became clear that its agent will tell no more of it
 * @param callNanos    how long the system call took, by the host's monotonic clock
 * @param lastedNanos  from its first fact to its last, by the same clock
 * @param atLeastNanos the same in place of the other two durations, if the facts end before the episode did
 */
record EpisodeAnswer(
        String id,
        String host,
        String device,
        String kind,
        List<String> affected,
        String outcome,
        Moment began,
        Optional<Moment> ended,
        Optional<Object> durationNanos,
        Optional<Refused> refusal,
        Optional<UUID> operation,
        List<String> mappings,
        Withdrawn withdrawn,
        Optional<Object> callNanos,
        Optional<Object> lastedNanos,
        Optional<Object> atLeastNanos) {

    /**
     * How many mappings were withdrawn for it and what became of them.
     *
     * @param waiting to be restored
     * @param lost    whose restoration the kernel refused
     */
    record Withdrawn(long count, long waiting, long lost) {}
}
