package io.iommuledger.query.rebuild;

import io.iommuledger.query.projection.Rebuild;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A rebuild.
 *
 * @param state       {@code waiting}, {@code running}, {@code done} or {@code abandoned}
 * @param reason      {@code asked} or {@code fold}
 * @param fold        version of the rules that the rows are made by
 * @param position    up to which they are
 * @param goal        at which they will answer, as far as it is known now
 * @param perSecond   events, while it is running
 * @param secondsLeft while it is running
 * @param why         it was abandoned
 * @param horizon     position that it began at, of what hosts told; absent if it began with the first event
 */
record RebuildAnswer(
        UUID id,
        String state,
        String reason,
        int fold,
        long position,
        long goal,
        Optional<Long> perSecond,
        Optional<Long> secondsLeft,
        Instant askedAt,
        Optional<Instant> endedAt,
        Optional<String> why,
        Optional<Long> horizon) {

    /** @param newest position at which the rows stand that answer now */
    static RebuildAnswer of(Rebuild rebuild, long newest) {
        boolean over = rebuild.endedAt().isPresent();
        long goal = over ? rebuild.goal() : Math.max(newest, rebuild.position());
        Optional<Double> rate = over ? Optional.empty() : rebuild.perSecond().filter(known -> known > 0);
        return new RebuildAnswer(
                rebuild.id(),
                word(rebuild.state()),
                word(rebuild.reason()),
                rebuild.fold(),
                rebuild.position(),
                goal,
                rate.map(Math::round),
                rate.map(known -> (long) Math.ceil((goal - rebuild.position()) / known)),
                rebuild.askedAt(),
                rebuild.endedAt(),
                rebuild.why(),
                rebuild.horizon().isPresent() ? Optional.of(rebuild.horizon().getAsLong()) : Optional.empty());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
