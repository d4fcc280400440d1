package io.iommuledger.query.projection;

import java.util.OptionalLong;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;

/**
 * What the clocks of a host and of the store say of some of its facts. Of none there is no skew and no lag.
 *
 * @param backwards of these at a clock that had jumped back
 * @param skew      the largest, nanoseconds
 * @param longest   from a fact to its storing, nanoseconds
 * @param shortest  likewise
 */
public record ClockTally(long facts, long backwards, OptionalLong skew, OptionalLong longest, OptionalLong shortest) {
    /** Of no facts. */
    public static final ClockTally NONE =
            new ClockTally(0, 0, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    ClockTally and(ClockTally other) {
        return new ClockTally(
                facts + other.facts,
                backwards + other.backwards,
                chosen(skew, other.skew, Math::max),
                chosen(longest, other.longest, Math::max),
                chosen(shortest, other.shortest, Math::min));
    }

    private static OptionalLong chosen(OptionalLong one, OptionalLong other, LongBinaryOperator which) {
        return LongStream.concat(one.stream(), other.stream()).reduce(which);
    }
}
