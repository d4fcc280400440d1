package io.iommuledger.command.enrolment;

import io.iommuledger.db.logging.Recurring;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.EventTypes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Hosts of which nobody has ever had to do but an agent that is refused. Whoever reaches the gateway can make up their
 * names, so only so many have alarms that are stored; an alarm that is acknowledged, and a key that is enrolled, make room.
 */
@Component
class Strangers {
    /** Hosts with an open alarm. Each may have several alarms, of which {@link Enrolment#raise} sets the bound. */
    static final int MOST = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);
    private static final Duration COUNT_AGAIN = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final Recurring turnedAway = new Recurring();
    private final ReentrantLock alone = new ReentrantLock();
    private Set<String> waiting = Set.of();
    private long countedNanos = System.nanoTime() - COUNT_AGAIN.toNanos();

    Strangers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether nobody has enrolled a host, and none of its agents was ever let in. */
    boolean isOne(Enrolment enrolment) {
        return !enrolment.known() && !hasSpoken(enrolment.host());
    }

    /**
     * Stores an alarm about a host that is a stranger, if there is room for it; else counts it. One after the other: only
     * strangers wait for a stranger's alarm, and the bound holds.
     */
    void storeIfThereIsRoom(HostId host, Runnable store) {
        alone.lock();
        try {
            if (!waiting().contains(host.value()) && waiting.size() >= MOST) {
                turnAway(host);
                return;
            }
            store.run();
            waiting.add(host.value());
        } finally {
            alone.unlock();
        }
    }

    private void turnAway(HostId host) {
        OptionalLong times = turnedAway.happened();
        if (times.isPresent()) {
            LOG.warn(
                    "{} hosts that nobody has enrolled wait with open alarms, and no more are stored; told of in the last"
                            + " minute: {} times, the last one host {}. Acknowledge alarms of names that are none of"
                            + " yours to make room, and look who reaches the gateway",
                    MOST,
                    times.getAsLong(),
                    host);
        }
    }

    /** Counted again when somebody may have made room, but not for every stranger that knocks. */
    private Set<String> waiting() {
        if (System.nanoTime() - countedNanos >= COUNT_AGAIN.toNanos()) {
            waiting = new HashSet<>(counted());
            countedNanos = System.nanoTime();
        }
        return waiting;
    }

    /** Of hosts without any other event an alarm ends only by being acknowledged. */
    private List<String> counted() {
        return jdbc.sql("""
                SELECT host FROM (
                    SELECT substr(stream, length(:prefix) + 1) AS host,
                        count(*) FILTER (WHERE type = :raised) AS raised,
                        count(*) FILTER (WHERE type = :acknowledged) AS acknowledged, count(*) AS events
                    FROM event_log WHERE stream >= :prefix AND stream < :end GROUP BY stream) AS alarms
                WHERE raised + acknowledged = events AND raised > acknowledged
                    AND NOT EXISTS (SELECT FROM host_epoch spoken WHERE spoken.host = alarms.host)\
                """)
                .param("prefix", Enrolment.PREFIX)
                .param("end", Enrolment.PREFIX.replace('/', '0'))
                .param("raised", EventTypes.ALARM_RAISED)
                .param("acknowledged", EventTypes.ALARM_ACKNOWLEDGED)
                .query(String.class)
                .list();
    }

    private boolean hasSpoken(HostId host) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM host_epoch WHERE host = :host)")
                .param("host", host.value())
                .query(Boolean.class)
                .single();
    }
}
