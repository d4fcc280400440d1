package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.replay.Pace;
import java.util.concurrent.locks.Condition;

/** Lets effective time pass as fast as it is told to. */
final class TimedPace implements Pace {
    private final Condition disturbed;
    private Speed speed;
    private long nanos = Long.MIN_VALUE;

    /** @param disturbed signalled when somebody does something while it waits */
    TimedPace(Speed speed, Condition disturbed) {
        this.speed = speed;
        this.disturbed = disturbed;
    }

    Speed speed() {
        return speed;
    }

    void set(Speed wanted) {
        speed = wanted;
    }

    @Override
    public void from(long instant) {
        nanos = instant;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // who calls it looks again, and time has passed only as far as it has
    public boolean reaches(long instant) throws InterruptedException {
        if (nanos == Long.MIN_VALUE || speed.equals(Speed.MAX) || instant <= nanos) {
            nanos = Math.max(nanos, instant);
            return true;
        }
        long lasts = speed.lasts(instant - nanos);
        long began = System.nanoTime();
        if (disturbed.awaitNanos(lasts) <= 0) {
            nanos = instant;
            return true;
        }
        double passed = (double) (System.nanoTime() - began) / Math.max(1, lasts);
        nanos += (long) ((instant - nanos) * Math.min(1, passed));
        return false;
    }
}
