package io.iommuledger.cli.export;

import io.iommuledger.cli.Pause;
import java.util.function.Consumer;

/** Waits longer each time that something does not work, and a minute at most; and says once what it waits for. */
final class Backoff {
    private static final int MOST_PAUSES = 60;

    private final Pause pause;
    private final Consumer<String> notes;
    private int next = 1;
    private boolean told;

    /** @param pause of a second */
    Backoff(Pause pause, Consumer<String> notes) {
        this.pause = pause;
        this.notes = notes;
    }

    /**
     * @param what does not work
     * @return whether to try again
     */
    boolean again(String what) throws InterruptedException {
        if (!told) {
            notes.accept("iommu-ledger: " + what + "; trying again");
            told = true;
        }
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
        told = false;
    }
}
