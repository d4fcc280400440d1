package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RuleSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * That payloads go, and where it is said.
 *
 * @param storedAtNanos or earlier, if it can only have been earlier
 * @param rule in force there; empty if none of that name was
 * @param holds in force there
 * @param horizon the highest that was set before
 */
record Told(
        long position,
        long storedAtNanos,
        PayloadsRemoved removed,
        Optional<RuleSet> rule,
        List<HoldPlaced> holds,
        Optional<HorizonSet> horizon) {

    /** It, stored no later than that. */
    Told noLaterThan(long nanos) {
        return new Told(position, Math.min(storedAtNanos, nanos), removed, rule, holds, horizon);
    }

    /** Why this record could not go by it; empty if it could. */
    Optional<String> objection(long at, Left left, Requests requests) {
        if (rule.isEmpty()) {
            return Optional.of("no rule '" + removed.rule() + "' was in force");
        }
        EventClass of = rule.get().eventClass();
        if (!of.types().contains(left.type()) || !of.isOfStream(left.stream())) {
            return Optional.of("rule '" + removed.rule() + "' is not about " + left.type() + " in " + left.stream());
        }
        if (of.needsHorizon() && at > horizon.map(HorizonSet::position).orElse(-1L)) {
            return Optional.of(horizon.map(set -> "the horizon before it is at position " + set.position())
                    .orElse("no horizon was set before it"));
        }
        boolean ofOperation = of == EventClass.OPERATIONS;
        if (ofOperation && !requests.hadEnded(left.stream(), left.sequence(), position)) {
            return Optional.of("it is of no request of an operation that had ended");
        }
        long keep = Math.max(rule.get().keepSeconds(), Retention.LEAST_KEEP_SECONDS);
        if (Clocks.after(left.storedAtNanos(), TimeUnit.SECONDS.toNanos(keep)) > storedAtNanos) {
            return Optional.of("rule '" + removed.rule() + "' keeps it for " + keep
                    + " s, which were not over by then, or by when records behind it were stored");
        }
        Optional<HostId> host = hostOf(left.stream());
        return holds.stream()
                .filter(hold -> hold.covers(host, at, left.storedAtNanos())
                        || (ofOperation && requests.covered(left.stream(), hold)))
                .findFirst()
                .map(hold -> "hold " + hold.hold() + " covers it");
    }

    /** Where each span that it names ends, by where it begins; nothing if it does not say so as it should. */
    NavigableMap<Long, Long> named() {
        NavigableMap<Long, Long> named = new TreeMap<>();
        spans().forEach(span -> named.put(span.first(), span.last()));
        return named;
    }

    /** None, if it does not say so as it should. */
    List<Positions.Span> spans() {
        try {
            return Positions.parse(removed.positions());
        } catch (IllegalArgumentException none) {
            return List.of();
        }
    }

    boolean needsHorizon() {
        return rule.filter(of -> of.eventClass().needsHorizon()).isPresent();
    }

    /** Empty if somebody has made something else of it. */
    private static Optional<HostId> hostOf(String stream) {
        try {
            return Optional.of(StreamId.parse(stream).host());
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
