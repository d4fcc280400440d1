package io.iommuledger.db;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.AbstractEventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * Axon's event store without a cache between the log and its readers: each reads on from where it stands, and waits for
 * {@link Arrivals} when there is nothing.
 */
public final class LedgerEventStore extends AbstractEventStore {
    private static final int PAGE = 1_000;

    private final Arrivals arrivals;

    private LedgerEventStore(Builder builder, Arrivals arrivals) {
        super(builder);
        this.arrivals = arrivals;
    }

    static LedgerEventStore on(LedgerEventStorageEngine engine, Arrivals arrivals) {
        Builder builder = new Builder();
        builder.storageEngine(engine);
        return new LedgerEventStore(builder, arrivals);
    }

    @Override
    public TrackingEventStream openStream(@Nullable TrackingToken token) {
        return new Reader(new Everything(token), arrivals);
    }

    static EventsOfTypes ofTypes(LedgerEventStorageEngine engine, Arrivals arrivals) {
        return types -> new StreamableMessageSource<>() {
            @Override
            public TrackingEventStream openStream(@Nullable TrackingToken token) {
                return new Reader(new OfTypes(engine, types, token), arrivals);
            }

            @Override
            public @Nullable TrackingToken createTailToken() {
                return engine.createTailToken();
            }

            @Override
            public @Nullable TrackingToken createHeadToken() {
                return engine.createHeadToken();
            }

            @Override
            public @Nullable TrackingToken createTokenAt(Instant time) {
                return engine.createTokenAt(time);
            }
        };
    }

    private static final class Builder extends AbstractEventStore.Builder {}

    /** Where a reader gets what comes next. */
    private interface Pages {
        void next(Queue<TrackedEventMessage<?>> page);
    }

    private final class Everything implements Pages {
        private @Nullable TrackingToken read;

        Everything(@Nullable TrackingToken token) {
            this.read = token;
        }

        @Override
        public void next(Queue<TrackedEventMessage<?>> page) {
            try (Stream<? extends TrackedEventMessage<?>> events =
                    storageEngine().readEvents(read, false)) {
                Iterator<? extends TrackedEventMessage<?>> next = events.iterator();
                while (page.size() < PAGE && next.hasNext()) {
                    TrackedEventMessage<?> event = next.next();
                    page.add(event);
                    read = event.trackingToken();
                }
            }
        }
    }

    /** Positions have no gaps and are stored in their order: what is not found up to the head will not come there. */
    private static final class OfTypes implements Pages {
        private final LedgerEventStorageEngine engine;
        private final Set<String> types;
        private long read;

        OfTypes(LedgerEventStorageEngine engine, Set<String> types, @Nullable TrackingToken token) {
            this.engine = engine;
            this.types = types;
            this.read = LedgerEventStorageEngine.position(token);
        }

        @Override
        public void next(Queue<TrackedEventMessage<?>> page) {
            long head = LedgerEventStorageEngine.position(engine.createHeadToken());
            if (head <= read) {
                return;
            }
            List<? extends TrackedEventMessage<?>> found = engine.ofTypes(types, read, head, PAGE);
            page.addAll(found);
            read = found.size() < PAGE
                    ? head
                    : LedgerEventStorageEngine.position(found.getLast().trackingToken());
        }
    }

    private static final class Reader implements TrackingEventStream {
        private final Queue<TrackedEventMessage<?>> page = new ArrayDeque<>();
        private final Pages pages;
        private final Arrivals arrivals;

        Reader(Pages pages, Arrivals arrivals) {
            this.pages = pages;
            this.arrivals = arrivals;
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            fill();
            return Optional.ofNullable(page.peek());
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
            long end = System.nanoTime() + unit.toNanos(timeout);
            while (true) {
                long seen = arrivals.count();
                fill();
                long left = end - System.nanoTime();
                if (!page.isEmpty() || left <= 0) {
                    return !page.isEmpty();
                }
                arrivals.await(seen, left);
            }
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
            while (!hasNextAvailable(1, TimeUnit.HOURS)) {
                // Nothing has come for an hour.
            }
            return page.remove();
        }

        @Override
        public void close() {
            page.clear();
        }

        private void fill() {
            if (!page.isEmpty()) {
                return;
            }
            pages.next(page);
        }
    }
}
