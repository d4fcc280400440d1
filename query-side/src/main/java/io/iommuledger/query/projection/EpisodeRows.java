package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import io.iommuledger.query.projection.Intervals.Then;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reset episodes as rows. */
final class EpisodeRows {
    private final Intervals intervals;

    EpisodeRows(Intervals intervals) {
        this.intervals = intervals;
    }

    /** @param began where the episode began */
    void put(At at, Episode episode, At began) {
        EpisodeId id = episode.id();
        Row row = new Row()
                .with("device", episode.device().toString())
                .with("kind", episode.kind().name())
                .with("affected", Row.array(episode.affected()))
                .with("outcome", episode.outcome().name())
                .with("refused_call", episode.refusal().map(refusal -> refusal.call()))
                .with(
                        "refused_errno",
                        episode.refusal().map(refusal -> refusal.errno().number()))
                .with("operation", began.operation())
                .with("call_nanos", boxed(episode.timing().callNanos()))
                .with("lasted_nanos", boxed(episode.timing().lastedNanos()))
                .with("began_position", began.position())
                .with("began_nanos", began.nanos());
        intervals.put(
                at,
                List.of(id.host().value(), id.epoch(), id.number()),
                row,
                episode.outcome() == EpisodeOutcome.OPEN ? Then.GOES_ON : Then.ENDS);
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
}
