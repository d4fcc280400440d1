package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.host.HostId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules and holds that are in force, as their events tell. */
public final class Retention {
    public static final String STREAM = "retention";

    /** A payload is never removed earlier, whatever a rule says: 24 hours. */
    public static final long LEAST_KEEP_SECONDS = 86_400;

    /** Longer than anybody keeps anything, and short enough to count in nanoseconds: 200 years of 365 days. */
    public static final long MOST_KEEP_SECONDS = 200L * 365 * 86_400;

    private final Map<String, RuleSet> rules = new LinkedHashMap<>();
    private final Map<String, HoldPlaced> holds = new LinkedHashMap<>();
    private final Map<String, HoldReleased> released = new LinkedHashMap<>();
    private Optional<HorizonSet> horizon = Optional.empty();
    private long next;

    /** Takes the next event of the stream. */
    public void evolve(RetentionEvent event) {
        next++;
        switch (event) {
            case RuleSet set -> rules.put(set.rule(), set);
            case RuleRemoved removed -> rules.remove(removed.rule());
            case HoldPlaced placed -> holds.put(placed.hold(), placed);
            case HoldReleased release -> released.put(release.hold(), release);
            case PayloadsRemoved gone -> {
                // Rules and holds stand as before.
            }
            case HorizonSet set -> horizon = Optional.of(set);
        }
    }

    /** An event that is not understood has its place too. */
    public void passOver() {
        next++;
    }

    public long nextSequence() {
        return next;
    }

    public List<RuleSet> rules() {
        return List.copyOf(rules.values());
    }

    public Optional<RuleSet> rule(String name) {
        return Optional.ofNullable(rules.get(name));
    }

    /** All that were ever placed. */
    public List<HoldPlaced> holds() {
        return List.copyOf(holds.values());
    }

    /** Those that nobody has released. */
    public List<HoldPlaced> liveHolds() {
        return holds.values().stream()
                .filter(hold -> !released.containsKey(hold.hold()))
                .toList();
    }

    /** The newest one, whether or not payloads went by it. */
    public Optional<HorizonSet> horizon() {
        return horizon;
    }

    public Optional<HoldPlaced> hold(String id) {
        return Optional.ofNullable(holds.get(id));
    }

    public Optional<HoldReleased> release(String hold) {
        return Optional.ofNullable(released.get(hold));
    }

    /** Whether a hold that was not released covers a record; of no host, if it is none of one. */
    public boolean held(Optional<HostId> host, long position, long storedAtNanos) {
        return liveHolds().stream().anyMatch(hold -> hold.covers(host, position, storedAtNanos));
    }
}
