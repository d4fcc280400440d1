package io.iommuledger.db.logging;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Something that happens again and again while it goes on, and that a log need not tell of each time: at once, then once
 * a minute with how often, and when it is over. For any threads.
 */
public final class Recurring {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private long times;
    private long untold;
    private long toldNanos;
    private long sinceNanos;

    public Recurring() {
        this(System::nanoTime);
    }

    Recurring(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return how often it has happened since it was last told, this time included; empty if it is not to be told now */
    public synchronized OptionalLong happened() {
        long now = nanos.getAsLong();
        if (times == 0) {
            sinceNanos = now;
        } else if (now - toldNanos < PAUSE.toNanos()) {
            times++;
            untold++;
            return OptionalLong.empty();
        }
        long told = untold + 1;
        times++;
        untold = 0;
        toldNanos = now;
        return OptionalLong.of(told);
    }

    /** @return how often it had happened in all; empty if it was over */
    public synchronized OptionalLong over() {
        long all = times;
        times = 0;
        untold = 0;
        return all == 0 ? OptionalLong.empty() : OptionalLong.of(all);
    }

    /** Since it began, or began the last time. */
    public synchronized Duration lasting() {
        return Duration.ofNanos(nanos.getAsLong() - sinceNanos);
    }
}
