package io.iommuledger.command.erasure;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.logging.Recurring;
import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.protocol.ErasureCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.web.Times;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Every erasure, read from its events whenever it is asked for, and what is left of one when a leader dies in its midst. */
@Component
class Erasures implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
    private static final String STREAM_TYPE = "Erasure";
    private static final long FINISH_SECONDS = 5;

    private final EventStore store;
    private final EventLog log;
    private final Appender appender;
    private final Names names;
    private final Clock clock = Clock.systemUTC();

    /** They are few, and two of one principal must not pass each other. */
    private final Lock alone = new ReentrantLock();

    private final Recurring waiting = new Recurring();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("erasures").factory());

    Erasures(EventStore store, EventLog log, Appender appender, Names names) {
        this.store = store;
        this.log = log;
        this.appender = appender;
        this.names = names;
        var _ = thread.scheduleWithFixedDelay(this::finishLeft, FINISH_SECONDS, FINISH_SECONDS, TimeUnit.SECONDS);
    }

    Erasure of(UUID id) {
        Erasure erasure = new Erasure(id);
        log.readStream(Erasure.streamOf(id), Long.MAX_VALUE, entry -> {
            try {
                erasure.evolve(ErasureCodec.decode(entry.payload()));
            } catch (MalformedRecord newer) {
                erasure.passOver();
            }
        });
        return erasure;
    }

    /** Whose request this version can read, oldest first. */
    List<Erasure> all() {
        return log.erasures().stream()
                .map(Erasure::ofStream)
                .map(this::of)
                .filter(erasure -> erasure.requested().isPresent())
                .toList();
    }

    /**
     * Stores what is decided by how an erasure stands, at a time since 1970 in nanoseconds. One that is approved then is
     * carried out before this returns.
     *
     * @return how it stands then
     * @throws Held          if it is approved and something keeps the name
     * @throws AppendRefused if it is not stored
     */
    Erasure change(UUID id, BiFunction<Erasure, Long, List<ErasureEvent>> decision) {
        appender.requireLead();
        alone.lock();
        try {
            Erasure erasure = of(id);
            append(erasure, decision.apply(erasure, Times.nanos(clock.instant())));
            finish(erasure);
            return erasure;
        } finally {
            alone.unlock();
        }
    }

    /** The approval is in the log, and so it is to be done, by whoever leads. */
    private void finish(Erasure erasure) {
        if (erasure.state() == Erasure.State.APPROVED) {
            names.erase(erasure.id());
            append(erasure, erasure.finish(Times.nanos(clock.instant())));
            LOG.info("a name is erased, as erasure {} says", erasure.id());
        }
    }

    private void append(Erasure erasure, List<ErasureEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        long sequence = erasure.nextSequence();
        List<EventMessage<?>> messages = new ArrayList<>();
        for (ErasureEvent event : events) {
            messages.add(
                    new GenericDomainEventMessage<>(STREAM_TYPE, Erasure.streamOf(erasure.id()), sequence++, event));
        }
        store.publish(messages);
        events.forEach(erasure::evolve);
    }

    /** What was approved and is not done: its leader died, or the name was held. */
    private void finishLeft() {
        if (!appender.leads()) {
            return;
        }
        try {
            names.left().forEach(this::finishLeft);
        } catch (RuntimeException notNow) {
            wait("approved erasures", notNow);
        }
    }

    /** One that cannot be done keeps none of the others from being done. */
    private void finishLeft(UUID left) {
        try {
            change(left, (erasure, now) -> List.of());
        } catch (RuntimeException notNow) {
            wait("approved erasure " + left, notNow);
        }
    }

    private void wait(String what, RuntimeException why) {
        if (!StoreAway.is(why)) {
            waiting.happened()
                    .ifPresent(
                            times -> LOG.warn("{}: not carried out yet, {} times: {}", what, times, why.getMessage()));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
