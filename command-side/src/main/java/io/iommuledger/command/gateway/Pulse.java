package io.iommuledger.command.gateway;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells every agent once a second that this command side is there, whatever its store is doing, so that agents find out
 * about one that is stopped; and ends calls of those that do not say who they are.
 */
@Component
class Pulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    private final Sessions sessions;
    private final AgentGateway gateway;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("pulse").factory());

    Pulse(Sessions sessions, AgentGateway gateway) {
        this.sessions = sessions;
        this.gateway = gateway;
        var _ = thread.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
    }

    private void beat() {
        try {
            sessions.beat();
            gateway.endSilent();
        } catch (RuntimeException e) {
            LOG.debug("a session that is breaking", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
