package io.iommuledger.db;

import java.util.concurrent.TimeUnit;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Follows the log and does nothing with it, so that Axon's cache of new events is never without a reader.
 *
 * <p>{@code EmbeddedEventStore} fills the cache only while somebody reads from it, and lets a processor read from it
 * only if it finds the processor's token there. Without this reader, once every processor has left (a rebuild, a
 * database that was away) and has then read past what is cached, none ever finds its token again: from then on each
 * of them learns of new events once a second instead of at once, until the process ends.
 */
@Component
class LogTail implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final int TURN_MILLIS = 1_000;

    private final EventStore store;
    private volatile @Nullable Thread reader;

    LogTail(EventStore store) {
        this.store = store;
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofVirtual().name("log-tail").unstarted(this::follow);
        reader = fresh;
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = reader;
        reader = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return reader != null;
    }

    private void follow() {
        while (isRunning()) {
            try (BlockingStream<TrackedEventMessage<?>> stream = open()) {
                read(stream);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.debug("the log cannot be followed now: {}", e.getMessage());
                pause();
            }
        }
    }

    private BlockingStream<TrackedEventMessage<?>> open() {
        return store.openStream(store.createHeadToken());
    }

    private void read(BlockingStream<TrackedEventMessage<?>> stream) throws InterruptedException {
        while (isRunning()) {
            if (stream.hasNextAvailable(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                stream.nextAvailable();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(TURN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
