package io.iommuledger.command.enrolment;

import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.Verdict;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.web.Times;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The enrolment of every host, read from its events whenever it is asked for, and changed by appending to them. */
@Component
public class Enrolments {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolments.class);
    private static final String STREAM_TYPE = "Enrolment";

    /** Changes of one host come one after the other; those of others seldom wait for them. */
    private static final int LOCKS = 64;

    private final EventStore store;
    private final EventLog log;
    private final Appender appender;
    private final JdbcClient jdbc;
    private final Sessions sessions;
    private final Strangers strangers;
    private final Clock clock = Clock.systemUTC();
    private final Lock[] alone =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

    Enrolments(
            EventStore store,
            EventLog log,
            Appender appender,
            JdbcClient jdbc,
            Sessions sessions,
            Strangers strangers) {
        this.store = store;
        this.log = log;
        this.appender = appender;
        this.jdbc = jdbc;
        this.sessions = sessions;
        this.strangers = strangers;
    }

    public Enrolment of(HostId host) {
        Enrolment enrolment = new Enrolment(host);
        log.readStream(Enrolment.streamOf(host), Long.MAX_VALUE, entry -> {
            try {
                enrolment.evolve(EnrolmentCodec.decode(entry.payload()));
            } catch (MalformedRecord newer) {
                enrolment.passOver();
            }
        });
        return enrolment;
    }

    /**
     * Stores what is decided by how a host's enrolment stands, at a time since 1970 in nanoseconds, and sends those away
     * that may not speak any more.
     *
     * @return how it stands then
     * @throws io.iommuledger.db.append.AppendRefused if it is not stored
     */
    public Enrolment change(HostId host, BiFunction<Enrolment, Long, List<EnrolmentEvent>> decision) {
        appender.requireLead();
        Lock own = alone[Math.floorMod(host.hashCode(), LOCKS)];
        own.lock();
        try {
            Enrolment enrolment = of(host);
            List<EnrolmentEvent> events = decision.apply(enrolment, Times.nanos(clock.instant()));
            if (!events.isEmpty()) {
                append(enrolment, events);
                sessions.judgeAgain(enrolment);
            }
            return enrolment;
        } finally {
            own.unlock();
        }
    }

    private void append(Enrolment enrolment, List<EnrolmentEvent> events) {
        long sequence = enrolment.nextSequence();
        List<EventMessage<?>> messages = new ArrayList<>();
        for (EnrolmentEvent event : events) {
            messages.add(new GenericDomainEventMessage<>(
                    STREAM_TYPE, Enrolment.streamOf(enrolment.host()), sequence++, event));
        }
        store.publish(messages);
        events.forEach(enrolment::evolve);
    }

    /** One event for each thing that is wrong, however often it happens; how often is counted. */
    public void raise(HostId host, Verdict.Refused wrong) {
        try {
            Enrolment before = of(host);
            Optional<Alarm> open = before.openAlarm(wrong.kind(), wrong.subject());
            if (open.isPresent()) {
                seen(host, open.get());
            } else if (strangers.isOne(before)) {
                strangers.storeIfThereIsRoom(host, () -> store(host, wrong));
            } else {
                store(host, wrong);
            }
        } catch (RuntimeException notStored) {
            LOG.error("alarm about host {}, {}, not stored: {}", host, wrong.kind(), wrong.text(), notStored);
        }
    }

    private void store(HostId host, Verdict.Refused wrong) {
        change(host, (enrolment, now) -> enrolment.raise(wrong.kind(), wrong.subject(), wrong.text(), now))
                .openAlarm(wrong.kind(), wrong.subject())
                .ifPresent(alarm -> {
                    LOG.error("alarm about host {}, {}: {}", host, wrong.kind(), wrong.text());
                    seen(host, alarm);
                });
    }

    private void seen(HostId host, Alarm alarm) {
        jdbc.sql("INSERT INTO alarm_seen (host, number, times, last_seen_at) VALUES (:host, :number, 1, now())"
                        + " ON CONFLICT (host, number) DO UPDATE SET times = alarm_seen.times + 1, last_seen_at ="
                        + " now()")
                .param("host", host.value())
                .param("number", alarm.number())
                .update();
    }
}
