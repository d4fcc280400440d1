package io.iommuledger.command.access;

import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.access.AccessBegan;
import io.iommuledger.lifecycle.access.AccessEnded;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.lifecycle.access.AccessReport;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;

/**
 * Appends what servers report of who reads from them. It is the command side that numbers each one's stream: a report whose
 * answer was lost leaves no hole, and one that comes twice tells of a read twice, never of one too few.
 */
@Component
public class Accesses {
    private static final String STREAM_TYPE = "Access";

    /** Reports of one server come one after the other; those of others seldom wait for them. */
    private static final int LOCKS = 64;

    private final EventStore store;
    private final Appender appender;
    private final Principals principals;
    private final Lock[] alone =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

    Accesses(EventStore store, Appender appender, Principals principals) {
        this.store = store;
        this.appender = appender;
        this.principals = principals;
    }

    /**
     * Returns when all of it is stored, in one transaction.
     *
     * @throws io.iommuledger.db.append.AppendRefused if none of it is
     */
    public void record(AccessReport report) {
        appender.requireLead();
        UUID instance = report.instance();
        Map<String, PrincipalRef> peers = new HashMap<>();
        report.reads()
                .forEach(read -> peers.computeIfAbsent(
                        read.peer(), peer -> principals.ofPeer(peer).ref()));
        Lock own = alone[Math.floorMod(instance.hashCode(), LOCKS)];
        own.lock();
        try {
            String stream = AccessEvent.streamOf(instance);
            long next = store.lastSequenceNumberFor(stream).orElse(-1L) + 1;
            List<AccessEvent> events = new ArrayList<>();
            if (next == 0) {
                events.add(new AccessBegan(instance, report.begunNanos(), report.server()));
            }
            for (AccessReport.Read read : report.reads()) {
                PrincipalRef peer = Objects.requireNonNull(peers.get(read.peer()));
                events.add(new AccessRead(
                        instance,
                        read.atNanos(),
                        peer.id(),
                        peer.commitment(),
                        read.method(),
                        read.kind(),
                        AccessRead.shortened(read.target()),
                        read.position()));
            }
            report.endedNanos().ifPresent(nanos -> events.add(new AccessEnded(instance, nanos)));
            List<EventMessage<?>> messages = new ArrayList<>();
            for (AccessEvent event : events) {
                messages.add(new GenericDomainEventMessage<>(STREAM_TYPE, stream, next++, event));
            }
            if (!messages.isEmpty()) {
                store.publish(messages);
            }
        } finally {
            own.unlock();
        }
    }
}
