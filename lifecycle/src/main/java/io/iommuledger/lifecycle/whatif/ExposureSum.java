package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.mapping.Exposure;
import java.util.OptionalLong;

/**
 * Several exposures together, in nanoseconds.
 *
 * @param atLeast that they lasted, all together
 * @param atMost  empty if nobody saw the end of one of them
 * @param open    how many of them go on; they are measured up to the last fact
 */
public record ExposureSum(long count, long atLeast, OptionalLong atMost, long open) {
    public static final ExposureSum NONE = new ExposureSum(0, 0, OptionalLong.of(0), 0);

    public ExposureSum plus(ExposureSum other) {
        return new ExposureSum(
                count + other.count,
                atLeast + other.atLeast,
                atMost.isPresent() && other.atMost.isPresent()
                        ? OptionalLong.of(atMost.getAsLong() + other.atMost.getAsLong())
                        : OptionalLong.empty(),
                open + other.open);
    }

    static ExposureSum of(Exposure ended) {
        return new ExposureSum(1, ended.atLeast(), ended.atMost(), 0);
    }

    /** @param nanos reading of the monotonic clock up to which it is known to go on */
    static ExposureSum of(Exposure open, long nanos) {
        long since = open.beganNotAfter().orElse(nanos);
        return new ExposureSum(
                1, Math.max(0, nanos - since), OptionalLong.of(Math.max(0, nanos - open.beganNotBefore())), 1);
    }
}
