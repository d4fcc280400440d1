package io.iommuledger.cli.export;

import io.iommuledger.cli.Pause;

/** Waits longer each time that something does not work, and a minute at most. */
final class Backoff {
    private static final int MOST_PAUSES = 60;

    private final Pause pause;
    private int next = 1;

    /** @param pause of a second */
    Backoff(Pause pause) {
        this.pause = pause;
    }

    /** @return whether to try again */
    boolean again() throws InterruptedException {
        int pauses = next;
        next = Math.min(next * 2, MOST_PAUSES);
        for (int i = 0; i < pauses; i++) {
            if (!pause.again()) {
                return false;
            }
        }
        return true;
    }

    /** It works. */
    void over() {
        next = 1;
    }
}
