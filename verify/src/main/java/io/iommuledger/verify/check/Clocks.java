package io.iommuledger.verify.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What time it was when a record was stored, by those behind it. A clock that was wrong for some records, ahead or behind, is
 * no evidence of anything; one after which many were stored that are earlier, each, was.
 */
final class Clocks {
    /** So many records have to agree. */
    static final int STRETCH = 1_000;

    /** By so much the clocks of servers that take over from each other may differ. */
    private static final long DIFFER_NANOS = TimeUnit.HOURS.toNanos(1);

    /** Of each stretch that is full when its latest record was stored. */
    private final List<Long> latest = new ArrayList<>();

    private long current = Long.MIN_VALUE;
    private int inCurrent;

    void take(long storedAtNanos) {
        current = Math.max(current, storedAtNanos);
        if (++inCurrent == STRETCH) {
            latest.add(current);
            current = Long.MIN_VALUE;
            inCurrent = 0;
        }
    }

    /** Of the next record. */
    int stretch() {
        return latest.size();
    }

    /** So long after an instant, which may be any number: whoever writes to a database can write what no clock says. */
    static long after(long nanos, long duration) {
        long sum = nanos + duration;
        return sum < nanos ? Long.MAX_VALUE : sum;
    }

    /** When a record can have been stored at the latest, by all stretches behind its own. */
    long latestBehind(int stretch) {
        return latest.stream()
                .skip(stretch + 1L)
                .mapToLong(nanos -> after(nanos, DIFFER_NANOS))
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
