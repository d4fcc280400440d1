package io.iommuledger.lifecycle.replay;

/** How far effective time has passed at a speed, as its owner measures it. */
public final class Passage {
    private Speed speed;
    private long nanos = Long.MIN_VALUE;

    public Passage(Speed speed) {
        this.speed = speed;
    }

    public Speed speed() {
        return speed;
    }

    public void set(Speed wanted) {
        speed = wanted;
    }

    /** Goes on from an instant; from the next one, if it is {@link Long#MIN_VALUE}. */
    public void from(long instant) {
        nanos = instant;
    }

    /** Nanoseconds that are to pass until an instant; 0 if it has come, where it stands then. */
    public long until(long instant) {
        if (nanos == Long.MIN_VALUE || speed.unbounded() || instant <= nanos) {
            nanos = Math.max(nanos, instant);
            return 0;
        }
        return speed.lasts(instant - nanos);
    }

    public void reached(long instant) {
        nanos = instant;
    }

    /** Goes a part of the way to an instant, for of so many nanoseconds only some have passed. */
    public void interrupted(long instant, long lasts, long passed) {
        double part = Math.min(1, (double) passed / Math.max(1, lasts));
        nanos += (long) ((instant - nanos) * part);
    }
}
