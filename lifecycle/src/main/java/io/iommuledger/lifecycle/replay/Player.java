package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Logged;
import java.util.Optional;
import java.util.OptionalLong;

/** Moves a playhead as time passes, up to where a mapping begins to meet a condition. For one thread at a time. */
public final class Player {
    private final Playhead head;
    private final Optional<Watch> watch;
    private final Pace pace;
    private final OptionalLong end;
    private Optional<Watch.Met> imminent = Optional.empty();
    private Optional<Watch.Met> met = Optional.empty();
    private long disturbances;

    /** How far it came. */
    public enum Progress {
        /** To the next record. */
        FOLDED,
        /** Nowhere: somebody did something while it waited. */
        DISTURBED,
        /** To a place at which it stops. */
        STOPPED
    }

    /** @param end the instant up to which time passes after the last record; empty if it does not */
    public Player(Playhead head, Optional<Watch> watch, Pace pace, OptionalLong end) {
        this.head = head;
        this.watch = watch;
        this.pace = pace;
        this.end = end;
        stands();
    }

    public Playhead head() {
        return head;
    }

    /** Where it stopped by itself; empty if it did not. */
    public Optional<Watch.Met> met() {
        return met;
    }

    /** The playhead came where it is by something else than playing. */
    public void stands() {
        imminent = Optional.empty();
        met = Optional.empty();
        pace.from(head.last().map(Taken::nanos).orElse(Long.MIN_VALUE));
        watch.ifPresent(one -> one.begin(head.world()));
    }

    /** Somebody does something: what is being waited for may not be wanted any more. */
    public void disturb() {
        disturbances++;
    }

    /** It is to play on from where it stopped. */
    public void goesOn() {
        met = Optional.empty();
    }

    /** To the next record, or to a moment before it at which a mapping is old enough to stop for. */
    public Progress advance() throws InterruptedException {
        Optional<Logged> upcoming = head.peek();
        long nanos = upcoming.map(head.world()::nanosAt).orElse(Long.MAX_VALUE);
        if (imminent.isEmpty()) {
            imminent = upcoming.isPresent() ? before(upcoming.get().stream().host(), nanos) : afterAll();
        }
        if (imminent.isEmpty() && upcoming.isEmpty()) {
            return Progress.STOPPED;
        }
        long before = disturbances;
        if (!pace.reaches(imminent.map(Watch.Met::nanos).orElse(nanos)) || disturbances != before) {
            return Progress.DISTURBED;
        }
        if (imminent.isPresent()) {
            met = imminent;
            imminent = Optional.empty();
            return Progress.STOPPED;
        }
        Optional<Taken> taken = head.forward();
        met = watch.flatMap(one -> taken.flatMap(fact -> one.after(head.world(), fact)));
        return Progress.FOLDED;
    }

    private Optional<Watch.Met> before(HostId host, long nanos) {
        return watch.flatMap(one -> one.before(head.world(), host, head.position(), nanos));
    }

    private Optional<Watch.Met> afterAll() {
        return end.isEmpty()
                ? Optional.empty()
                : watch.flatMap(one -> one.before(head.world(), head.position(), end.getAsLong() + 1));
    }
}
