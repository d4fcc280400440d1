package io.iommuledger.agent.recording;

import java.time.Clock;
import java.time.Instant;

/** The two clocks of a host. */
public interface HostClock {

    /** Nanoseconds since 1970; may jump. */
    long wallNanos();

    /** Nanoseconds from an arbitrary point of this boot; never goes back. */
    long monotonicNanos();

    static HostClock system() {
        Clock wall = Clock.systemUTC();
        return new HostClock() {
            @Override
            public long wallNanos() {
                Instant now = wall.instant();
                return now.getEpochSecond() * 1_000_000_000L + now.getNano();
            }

            @Override
            public long monotonicNanos() {
                return System.nanoTime();
            }
        };
    }
}
