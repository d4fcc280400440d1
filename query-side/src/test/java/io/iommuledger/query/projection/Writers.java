package io.iommuledger.query.projection;

import io.iommuledger.db.StoredFact;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.query.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** Hosts that map and unmap, each on a thread of its own, and go on whatever the store says. */
final class Writers {
    private static final IovaRange IOVA = IovaRange.ofSize(0x10_0000, 0x1000);
    private static final int MAPPINGS = 4;
    private static final int MOST_PER_APPEND = 3;

    /** Where an event stands. */
    record Place(long position, String stream, long sequence) {}

    private final EventStore store;
    private final AtomicInteger refused = new AtomicInteger();

    Writers(EventStore store) {
        this.store = store;
    }

    /** @return how many facts it has stored */
    int write(StreamId stream, SplittableRandom random) {
        List<Fact> story = story();
        int next = 0;
        while (next < story.size()) {
            int below = Math.min(story.size(), next + 1 + random.nextInt(MOST_PER_APPEND));
            List<EventMessage<?>> events = new ArrayList<>();
            for (int sequence = next; sequence < below; sequence++) {
                events.add(message(stream, sequence, story.get(sequence)));
            }
            UnitOfWork<?> unit = DefaultUnitOfWork.startAndGet(null);
            store.publish(events);
            if (random.nextInt(4) == 0) {
                unit.rollback();
                continue;
            }
            try {
                unit.commit();
                next = below;
            } catch (AppendRefused.StoreFailed rolledBack) {
                // Certainly not stored: once more.
                refused.incrementAndGet();
            }
        }
        return next;
    }

    /** Appends that the store rolled back. */
    int refused() {
        return refused.get();
    }

    private static List<Fact> story() {
        List<Fact> story = new ArrayList<>(List.of(
                Facts.epochBegan(Facts.BOOT), new ContextOpenRequested(1), new ContextOpened(1, 1, ContextKind.TYPE1)));
        for (long number = 1; number <= MAPPINGS; number++) {
            story.add(new MapRequested(number, 1, IOVA, DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)));
            story.add(new Mapped(story.size() - 1, number));
            story.add(new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()));
            story.add(new Unmapped(story.size() - 1, 1, IOVA, IOVA.size()));
        }
        return story;
    }

    private static EventMessage<?> message(StreamId stream, int sequence, Fact fact) {
        Stamp stamp = new Stamp(sequence, sequence, sequence, Optional.empty());
        return new GenericDomainEventMessage<>(
                "Host",
                stream.toString(),
                sequence,
                new StoredFact(EventTypes.of(fact), FactCodec.encode(new RecordedFact(stamp, fact))));
    }
}
