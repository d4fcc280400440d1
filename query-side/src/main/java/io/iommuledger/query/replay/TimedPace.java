package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.replay.Pace;
import io.iommuledger.lifecycle.replay.Passage;
import io.iommuledger.lifecycle.replay.Speed;
import java.util.concurrent.locks.Condition;

/** Lets effective time pass as fast as it is told to. */
final class TimedPace implements Pace {
    private final Condition disturbed;
    private final Passage passage;

    /** @param disturbed signalled when somebody does something while it waits */
    TimedPace(Speed speed, Condition disturbed) {
        this.passage = new Passage(speed);
        this.disturbed = disturbed;
    }

    Speed speed() {
        return passage.speed();
    }

    void set(Speed wanted) {
        passage.set(wanted);
    }

    @Override
    public void from(long instant) {
        passage.from(instant);
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // who calls it looks again, and time has passed only as far as it has
    public boolean reaches(long instant) throws InterruptedException {
        long lasts = passage.until(instant);
        if (lasts == 0) {
            return true;
        }
        long began = System.nanoTime();
        if (disturbed.awaitNanos(lasts) <= 0) {
            passage.reached(instant);
            return true;
        }
        passage.interrupted(instant, lasts, System.nanoTime() - began);
        return false;
    }
}
