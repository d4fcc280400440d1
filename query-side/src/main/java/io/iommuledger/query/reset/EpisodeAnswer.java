package io.iommuledger.query.reset;

import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Refused;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A reset episode.
 *
 * @param device   that was asked to reset
 * @param affected every device that it took along
 * @param mappings that were stale because of it, however briefly
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
        List<String> mappings) {}
