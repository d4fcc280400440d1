package io.iommuledger.command.erasure;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.LeadListener;
import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.protocol.ErasureCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.web.Times;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Every erasure, read from its events whenever it is asked for, and what is left of one when a leader dies in its midst. */
@Component
class Erasures implements SmartLifecycle, LeadListener {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
    private static final String STREAM_TYPE = "Erasure";

    private final EventStore store;
    private final EventLog log;
    private final Appender appender;
    private final Names names;
    private final Clock clock = Clock.systemUTC();

    /** They are few, and two of one principal must not pass each other. */
    private final Lock alone = new ReentrantLock();

    private volatile boolean running;

    Erasures(EventStore store, EventLog log, Appender appender, Names names) {
        this.store = store;
        this.log = log;
        this.appender = appender;
        this.names = names;
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

    /** Oldest first. */
    List<Erasure> all() {
        return log.erasures().stream()
                .map(stream -> of(UUID.fromString(stream.substring(Erasure.PREFIX.length()))))
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
            names.erase(erasure.id(), erasure.requested().orElseThrow().subject());
            append(erasure, erasure.finish(Times.nanos(clock.instant())));
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

    /** What a leader left that died, or that found the name held. */
    @Override
    public void leads() {
        try {
            all().stream()
                    .filter(left -> running && left.state() == Erasure.State.APPROVED)
                    .forEach(this::carryOut);
        } catch (RuntimeException notNow) {
            LOG.warn("approved erasures are left for the next start, or the next approval: {}", notNow.getMessage());
        }
    }

    private void carryOut(Erasure left) {
        try {
            change(left.id(), (erasure, now) -> List.of());
            LOG.info("erasure {} was approved and is carried out now", left.id());
        } catch (Held held) {
            LOG.warn("erasure {} is approved and waits: {}", left.id(), held.getMessage());
        }
    }

    @Override
    public void leadsNoMore(AppendRefused refusal) {
        // Whoever leads next reads what is left from the log.
    }

    @Override
    public void start() {
        running = true;
        appender.listen(this);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
