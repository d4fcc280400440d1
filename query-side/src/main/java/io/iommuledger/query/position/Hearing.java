package io.iommuledger.query.position;

import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/**
 * Up to when a host is known to have told everything: up to its newest fact, or its agent's word that there was nothing
 * after it. That word is kept for the moment only: a request that says up to where facts count does without it, so that
 * its answer stays the same.
 */
@Component
class Hearing {
    /** A subquery for the wall clock of host {@code o} up to which there was nothing but what is stored up to {@code :known},
     * and is in the rows.
     */
    static final String UP_TO = """
            (SELECT w.wall_nanos FROM host_heard w JOIN event_log l
                ON l.stream = 'host/' || w.host || '/' || w.epoch AND l.sequence = w.next_sequence - 1
                WHERE :moment AND w.host = o.host AND l.position <= :known AND NOT EXISTS (
                    SELECT FROM parked_event p WHERE p.sequence = 'host/' || w.host AND p.position <= :known))
            """;

    /** Whether facts about the standpoint may still come. */
    boolean open(HostAt host, OptionalLong instant) {
        return host.running() && (instant.isEmpty() || until(host) <= instant.getAsLong());
    }

    /** Effective time. */
    long until(HostAt host) {
        return host.heardNanos();
    }
}
