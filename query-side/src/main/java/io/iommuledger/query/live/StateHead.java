package io.iommuledger.query.live;

import io.iommuledger.db.Arrivals;
import io.iommuledger.db.EventLog;
import io.iommuledger.query.projection.StateToken;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Waits for the projection to go on, which may run in another process. */
@Component
class StateHead {
    private static final long BEHIND_MILLIS = 5;

    private final StateToken token;
    private final EventLog log;
    private final Arrivals arrivals;

    StateHead(StateToken token, EventLog log, Arrivals arrivals) {
        this.token = token;
        this.log = log;
        this.arrivals = arrivals;
    }

    /** At which the rows stand. */
    long position() {
        return token.position();
    }

    /** At which the log ends. */
    long newest() {
        return log.head();
    }

    /** The position at which the rows stand: above the one given, unless it took too long. */
    long above(long position, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            long seen = arrivals.count();
            long head = log.head();
            long reached = token.position();
            long left = end - System.nanoTime();
            if (reached > position || left <= 0) {
                return reached;
            }
            if (reached < head) {
                TimeUnit.MILLISECONDS.sleep(BEHIND_MILLIS);
            } else {
                arrivals.await(seen, left);
            }
        }
    }
}
