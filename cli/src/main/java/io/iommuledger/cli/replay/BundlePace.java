package io.iommuledger.cli.replay;

import io.iommuledger.lifecycle.replay.Pace;
import io.iommuledger.lifecycle.replay.Passage;
import io.iommuledger.lifecycle.replay.Speed;

/** Lets effective time pass, unless somebody types meanwhile. */
final class BundlePace implements Pace {
    private final Input input;
    private final Passage passage;

    BundlePace(Input input, Speed speed) {
        this.input = input;
        this.passage = new Passage(speed);
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
    public boolean reaches(long instant) throws InterruptedException {
        long lasts = passage.until(instant);
        long began = System.nanoTime();
        boolean typed = input.waits(lasts);
        if (lasts == 0) {
            return !typed;
        }
        if (typed) {
            passage.interrupted(instant, lasts, System.nanoTime() - began);
        } else {
            passage.reached(instant);
        }
        return !typed;
    }
}
