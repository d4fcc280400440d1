package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code reset_episode}: written when the episode begins, completed when it ends. */
final class EpisodeRows {
    /** Where an episode began is said by its first row and never changed. */
    private static final String UPSERT = """
            INSERT INTO reset_episode (host, epoch, number, device, kind, affected, outcome, refused_call,
                refused_errno, begin_position, begin_nanos, end_position, end_nanos, operation, call_nanos, lasted_nanos)
            VALUES (:host, :epoch, :number, :device, :kind, :affected, :outcome, :call,
                :errno, :begin, :beginNanos, :end, :endNanos, :operation, :callNanos, :lastedNanos)
            ON CONFLICT (host, epoch, number) DO UPDATE SET outcome = excluded.outcome,
                refused_call = excluded.refused_call, refused_errno = excluded.refused_errno,
                end_position = excluded.end_position, end_nanos = excluded.end_nanos,
                call_nanos = excluded.call_nanos, lasted_nanos = excluded.lasted_nanos
            WHERE reset_episode.end_position IS NULL
            """;

    private record Life(At begin, Episode episode, Optional<At> end) {}

    private final Map<EpisodeId, Life> lives = new LinkedHashMap<>();

    void put(At at, Episode episode) {
        Optional<At> end = episode.outcome() == EpisodeOutcome.OPEN ? Optional.empty() : Optional.of(at);
        lives.merge(
                episode.id(),
                new Life(at, episode, end),
                (known, now) -> new Life(known.begin(), now.episode(), now.end()));
    }

    void write(NamedParameterJdbcOperations jdbc) {
        Row.write(jdbc, UPSERT, lives.values().stream().map(EpisodeRows::row).toList());
    }

    private static Row row(Life life) {
        Episode episode = life.episode();
        return new Row()
                .with("host", episode.id().host().value())
                .with("epoch", episode.id().epoch())
                .with("number", episode.id().number())
                .with("device", episode.device().toString())
                .with("kind", episode.kind().name())
                .with(
                        "affected",
                        episode.affected().stream().map(PciAddress::toString).toArray(String[]::new))
                .with("outcome", episode.outcome().name())
                .with("call", episode.refusal().map(refusal -> refusal.call()))
                .with("errno", episode.refusal().map(refusal -> refusal.errno().number()))
                .with("begin", life.begin().position())
                .with("beginNanos", life.begin().nanos())
                .with("end", life.end().map(At::position))
                .with("endNanos", life.end().map(At::nanos))
                .with("operation", life.begin().operation())
                .with("callNanos", boxed(episode.timing().callNanos()))
                .with("lastedNanos", boxed(episode.timing().lastedNanos()));
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
}
