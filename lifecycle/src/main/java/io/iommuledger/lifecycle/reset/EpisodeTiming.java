package io.iommuledger.lifecycle.reset;

import java.util.OptionalLong;

/**
 * When an episode's steps were, in nanoseconds of its host's monotonic clock.
 *
 * @param began      the first fact of it
 * @param callBegan  before the system call
 * @param callEnded  after it
 * @param ended      the fact that ended it
 */
public record EpisodeTiming(long began, OptionalLong callBegan, OptionalLong callEnded, OptionalLong ended) {
    /** From before the system call to after it. */
    public OptionalLong callNanos() {
        return between(callBegan, callEnded);
    }

    /** From its beginning to its end, if it has ended. */
    public OptionalLong lastedNanos() {
        return between(OptionalLong.of(began), ended);
    }

    private static OptionalLong between(OptionalLong from, OptionalLong to) {
        return from.isPresent() && to.isPresent()
                ? OptionalLong.of(to.getAsLong() - from.getAsLong())
                : OptionalLong.empty();
    }

    static EpisodeTiming begun(long nanos) {
        return new EpisodeTiming(nanos, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    EpisodeTiming called(long nanos) {
        return new EpisodeTiming(began, OptionalLong.of(nanos), callEnded, ended);
    }

    EpisodeTiming returned(long nanos) {
        return new EpisodeTiming(began, callBegan, OptionalLong.of(nanos), ended);
    }

    EpisodeTiming ended(long nanos) {
        return new EpisodeTiming(began, callBegan, callEnded, OptionalLong.of(nanos));
    }
}
