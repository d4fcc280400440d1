package io.iommuledger.query.replay;

import java.util.concurrent.locks.Condition;

/** Lets effective time pass. */
final class Pace {
    private Speed speed;
    private long nanos = Long.MIN_VALUE;

    Pace(Speed speed) {
        this.speed = speed;
    }

    Speed speed() {
        return speed;
    }

    void set(Speed wanted) {
        speed = wanted;
    }

    /** Time goes on from an instant; from the next one, if it is not known. */
    void from(long instant) {
        nanos = instant;
    }

    /**
     * Waits until an instant.
     *
     * @param disturbed signalled when somebody does something meanwhile
     * @return whether it has come; if not, somebody did something
     */
    @SuppressWarnings("WaitNotInLoop") // who calls it looks again, and time has passed only as far as it has
    boolean reaches(long instant, Condition disturbed) throws InterruptedException {
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
