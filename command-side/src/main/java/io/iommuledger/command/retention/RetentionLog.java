package io.iommuledger.command.retention;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.LongWork;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.web.Times;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rules and holds, read from their events whenever they are asked for, and changed by appending to them. */
@Component
class RetentionLog {
    private static final String STREAM_TYPE = "Retention";

    private final EventStore store;
    private final EventLog log;
    private final Appender appender;
    private final LongWork longWork;
    private final JdbcClient jdbc;
    private final Clock clock = Clock.systemUTC();

    private final ReentrantLock alone = new ReentrantLock();

    RetentionLog(EventStore store, EventLog log, Appender appender, LongWork longWork, JdbcClient jdbc) {
        this.longWork = longWork;
        this.store = store;
        this.log = log;
        this.appender = appender;
        this.jdbc = jdbc;
    }

    Retention now() {
        Retention retention = new Retention();
        log.readStream(Retention.STREAM, Long.MAX_VALUE, entry -> {
            try {
                retention.evolve(RetentionCodec.decode(entry.payload()));
            } catch (MalformedRecord newer) {
                retention.passOver();
            }
        });
        return retention;
    }

    /**
     * Stores what is decided by how retention stands, at a time since 1970 in nanoseconds.
     *
     * @return how it stands then
     * @throws io.iommuledger.db.append.AppendRefused if it is not stored
     */
    Retention change(BiFunction<Retention, Long, List<? extends RetentionEvent>> decision) {
        return alone(() -> {
            appender.requireLead();
            Retention retention = now();
            List<? extends RetentionEvent> events = decision.apply(retention, Times.nanos(clock.instant()));
            List<EventMessage<?>> messages = new ArrayList<>();
            for (RetentionEvent event : events) {
                messages.add(new GenericDomainEventMessage<>(
                        STREAM_TYPE, Retention.STREAM, retention.nextSequence() + messages.size(), event));
            }
            if (!messages.isEmpty()) {
                store.publish(messages);
                awaitRemovals();
            }
            events.forEach(retention::evolve);
            return retention;
        });
    }

    /** What the database is removing, or erasing, by the rules and holds of before; what comes later goes by those of now. */
    private void awaitRemovals() {
        var _ = longWork.within(
                Connection.TRANSACTION_READ_COMMITTED,
                () -> jdbc.sql("SELECT pg_advisory_xact_lock(hashtext('retention'), 0)")
                        .query()
                        .listOfRows());
    }

    private <T> T alone(Supplier<T> what) {
        alone.lock();
        try {
            return what.get();
        } finally {
            alone.unlock();
        }
    }
}
