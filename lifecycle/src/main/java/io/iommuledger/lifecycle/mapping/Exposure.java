package io.iommuledger.lifecycle.mapping;

import java.util.OptionalLong;

/**
 * A period in which a DMA could reach what it should not. No moment within a system call is observable, so each end of it
 * is an interval between two readings of the host's monotonic clock, in nanoseconds.
 *
 * @param beganNotBefore read before the call that began it
 * @param beganNotAfter  read after that call; empty while it has not returned
 * @param endedNotBefore read before the call that ended it; empty while it goes on
 * @param endedNotAfter  read after that call; empty while it goes on, and for ever if nobody saw the end
 */
public record Exposure(
        long beganNotBefore, OptionalLong beganNotAfter, OptionalLong endedNotBefore, OptionalLong endedNotAfter) {
    static Exposure begun(long notBefore, OptionalLong notAfter) {
        return new Exposure(notBefore, notAfter, OptionalLong.empty(), OptionalLong.empty());
    }

    public boolean ended() {
        return endedNotBefore.isPresent() || endedNotAfter.isPresent();
    }

    /** Nanoseconds that it lasted at least; 0 if that is all that is known. */
    public long atLeast() {
        return beganNotAfter.isPresent() && endedNotBefore.isPresent()
                ? Math.max(0, endedNotBefore.getAsLong() - beganNotAfter.getAsLong())
                : 0;
    }

    /** Nanoseconds that it lasted at most; empty while it goes on or if nobody saw the end. */
    public OptionalLong atMost() {
        return endedNotAfter.isPresent()
                ? OptionalLong.of(endedNotAfter.getAsLong() - beganNotBefore)
                : OptionalLong.empty();
    }

    Exposure beganBefore(long nanos) {
        return beganNotAfter.isPresent()
                ? this
                : new Exposure(beganNotBefore, OptionalLong.of(nanos), endedNotBefore, endedNotAfter);
    }

    Exposure ended(OptionalLong notBefore, OptionalLong notAfter) {
        return new Exposure(beganNotBefore, beganNotAfter, notBefore, notAfter);
    }
}
