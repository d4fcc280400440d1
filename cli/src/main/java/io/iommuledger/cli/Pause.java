package io.iommuledger.cli;

import java.time.Duration;

/** Between two looks at what is watched. */
public interface Pause {
    Pause SECOND = () -> {
        Thread.sleep(Duration.ofSeconds(1));
        return true;
    };

    /** @return whether to look again */
    boolean again() throws InterruptedException;
}
