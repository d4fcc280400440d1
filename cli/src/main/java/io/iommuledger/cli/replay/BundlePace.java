package io.iommuledger.cli.replay;

import io.iommuledger.lifecycle.replay.Pace;

/** Lets effective time pass, unless somebody types meanwhile. */
final class BundlePace implements Pace {
    private final Input input;
    private Speed speed;
    private long nanos = Long.MIN_VALUE;

    BundlePace(Input input, Speed speed) {
        this.input = input;
        this.speed = speed;
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
    public boolean reaches(long instant) throws InterruptedException {
        if (nanos == Long.MIN_VALUE || speed.unbounded() || instant <= nanos) {
            nanos = Math.max(nanos, instant);
            return !input.waits(0);
        }
        long began = System.nanoTime();
        long lasts = speed.lasts(instant - nanos);
        if (!input.waits(lasts)) {
            nanos = instant;
            return true;
        }
        double passed = (double) (System.nanoTime() - began) / Math.max(1, lasts);
        nanos += (long) ((instant - nanos) * Math.min(1, passed));
        return false;
    }
}
