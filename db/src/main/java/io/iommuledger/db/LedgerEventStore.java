package io.iommuledger.db;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.AbstractEventStore;
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
        return new Reader(token);
    }

    private static final class Builder extends AbstractEventStore.Builder {}

    private final class Reader implements TrackingEventStream {
        private final Queue<TrackedEventMessage<?>> page = new ArrayDeque<>();
        private @Nullable TrackingToken read;

        Reader(@Nullable TrackingToken token) {
            this.read = token;
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
}
