package io.iommuledger.db;

import io.iommuledger.db.append.Appender;
import org.springframework.context.SmartLifecycle;

/** Lets a process lead, or stand by, once all else has started: one that cannot have its ports must not take the lead. */
final class Leading implements SmartLifecycle {
    private final Appender appender;
    private boolean begun;
    private boolean running;

    Leading(Appender appender) {
        this.appender = appender;
    }

    /** Of a context that was only stopped, and goes on, the appender has gone on all the time. */
    @Override
    public synchronized void start() {
        if (!begun) {
            appender.start();
            begun = true;
        }
        running = true;
    }

    /** The appender ends as a bean, after those that append. */
    @Override
    public synchronized void stop() {
        running = false;
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
