package io.iommuledger.command.proof;

import java.time.Duration;

/**
 * How often a checkpoint is signed: after so many events, and after so long if there was any.
 */
record Pace(long events, Duration time) {
    Pace {
        if (events < 1 || time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("checkpoints every " + events + " events and every " + time.toSeconds()
                    + " s: both have to be above 0");
        }
    }

    boolean due(long events, Duration since) {
        return events > 0 && (events >= this.events || since.compareTo(time) >= 0);
    }
}
