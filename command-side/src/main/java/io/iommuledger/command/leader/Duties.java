package io.iommuledger.command.leader;

import io.grpc.Status;
import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.command.operation.OperationProcess;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.LeadListener;
import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.protocol.LeaderTrailer;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What only the leader does: it carries operations on, and has the agents' sessions. */
@Component
class Duties implements SmartLifecycle, LeadListener {
    private static final Logger LOG = LoggerFactory.getLogger(Duties.class);

    private final Appender appender;
    private final Configuration axon;
    private final Sessions sessions;
    private final JdbcClient jdbc;
    private boolean running;

    Duties(Appender appender, Configuration axon, Sessions sessions, JdbcClient jdbc) {
        this.appender = appender;
        this.axon = axon;
        this.sessions = sessions;
        this.jdbc = jdbc;
    }

    @Override
    public synchronized void start() {
        running = true;
        appender.listen(this);
    }

    @Override
    public synchronized void leads() {
        if (running) {
            // Who led before leads no more, whether it knows or not: its claim need not run out.
            freeClaim();
            processor().start();
        }
    }

    private void freeClaim() {
        try {
            jdbc.sql("UPDATE token_entry SET owner = NULL WHERE processor_name = :name")
                    .param("name", OperationProcess.NAME)
                    .update();
        } catch (DataAccessException e) {
            if (!StoreAway.is(e)) {
                LOG.warn("a former leader's claim is left to run out: {}", e.getMessage());
            }
        }
    }

    @Override
    public synchronized void leadsNoMore(AppendRefused refusal) {
        String leader = refusal instanceof AppendRefused.NotLeader elsewhere ? elsewhere.leader() : "";
        sessions.endAll(Status.UNAVAILABLE.withDescription(refusal.getMessage()), LeaderTrailer.of(leader));
        processor().shutDown();
    }

    @Override
    public synchronized void stop() {
        running = false;
        processor().shutDown();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    private TrackingEventProcessor processor() {
        return axon.eventProcessingConfiguration()
                .eventProcessor(OperationProcess.NAME, TrackingEventProcessor.class)
                .orElseThrow();
    }
}
