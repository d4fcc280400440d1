package io.iommuledger.command.retention;

import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RuleSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds how far a horizon may be moved: up to the newest record of a host before the first that the rule keeps, that a hold
 * covers, or that no signed checkpoint has.
 */
@Component
class HorizonPlace {
    private static final String OF_HOSTS = " AND stream >= 'host/' AND stream < 'host0'";

    private final Horizons horizons;
    private final TreeLog tree;
    private final JdbcClient jdbc;

    /**
     * How far it may be moved.
     *
     * @param position empty if it is nowhere behind the one in force
     * @param hold     that keeps it from going further; empty if none does
     */
    record Place(OptionalLong position, Optional<String> hold) {}

    HorizonPlace(Horizons horizons, TreeLog tree, JdbcClient jdbc) {
        this.horizons = horizons;
        this.tree = tree;
        this.jdbc = jdbc;
    }

    /**
     * Looks for it.
     *
     * @param now since 1970, nanoseconds
     */
    Place find(RuleSet rule, Retention retention, long now) {
        long inForce = inForce();
        long upTo = tree.newest().map(SignedCheckpoint::size).orElse(0L);
        long before = now - TimeUnit.SECONDS.toNanos(rule.keepSeconds());
        upTo = before(upTo, first(inForce, upTo, "stored_at >= " + before));
        Optional<String> stopping = Optional.empty();
        for (HoldPlaced hold : retention.liveHolds()) {
            Optional<Long> held = firstHeld(hold, inForce, upTo);
            upTo = before(upTo, held);
            stopping = held.isPresent() ? Optional.of(hold.hold()) : stopping;
        }
        OptionalLong position = jdbc.sql("SELECT position FROM event_log WHERE position > :after AND position <= :upTo"
                        + OF_HOSTS + " ORDER BY position DESC LIMIT 1")
                .param("after", inForce)
                .param("upTo", upTo)
                .query(Long.class)
                .optional()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        return new Place(position, stopping);
    }

    long inForce() {
        return horizons.inForce().map(Horizon::position).orElse(0L);
    }

    private static long before(long upTo, Optional<Long> first) {
        return first.map(position -> Math.min(upTo, position - 1)).orElse(upTo);
    }

    private Optional<Long> first(long after, long upTo, String condition) {
        return first(
                after,
                upTo,
                (begin, end) -> jdbc.sql(
                                "SELECT position FROM event_log WHERE position > :after AND position <= :upTo AND "
                                        + condition + " ORDER BY position LIMIT 1")
                        .param("after", begin)
                        .param("upTo", end)
                        .query(Long.class)
                        .optional());
    }

    private Optional<Long> firstHeld(HoldPlaced hold, long after, long upTo) {
        return first(
                Math.max(after, hold.fromPosition().orElse(0) - 1),
                Math.min(upTo, hold.toPosition().orElse(Long.MAX_VALUE)),
                (begin, end) -> jdbc.sql("SELECT position FROM event_log WHERE position > :after AND position <= :upTo"
                                + OF_HOSTS + " AND stored_at >= :from AND stored_at <= :to"
                                + " AND (:any OR split_part(stream, '/', 2) = ANY(:hosts)) ORDER BY position LIMIT 1")
                        .param("after", begin)
                        .param("upTo", end)
                        .param("from", hold.fromNanos().orElse(Long.MIN_VALUE))
                        .param("to", hold.toNanos().orElse(Long.MAX_VALUE))
                        .param("any", hold.hosts().isEmpty())
                        .param("hosts", hold.hosts().stream().map(HostId::value).toArray(String[]::new))
                        .query(Long.class)
                        .optional());
    }

    /** By windows, so that no statement takes long. */
    private static Optional<Long> first(long after, long upTo, BiFunction<Long, Long, Optional<Long>> window) {
        for (long begin = after; begin < upTo; begin += Removable.WINDOW) {
            Optional<Long> found = window.apply(begin, Math.min(upTo, begin + Removable.WINDOW));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
