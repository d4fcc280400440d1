package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.web.Times;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventProcessor;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.SimpleEventHandlerInvoker;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.messaging.annotation.SourceId;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Axon's event processors on Axon's store. */
final class AxonCatchUp {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int WORKERS = 2;
    private static final int USUAL_WORKERS = 4;
    private static final int USUAL_FETCH = 100;

    private final HikariDataSource pool;
    private final BareRows.Extent extent;

    AxonCatchUp(HikariDataSource pool, BareRows.Extent extent) {
        this.pool = pool;
        this.extent = extent;
    }

    /** Set up for the most that it can do: tokens cost it nothing. */
    void tracking(long facts, int batch) throws InterruptedException {
        Projection projection = new Projection(pool, extent);
        run(
                TrackingEventProcessor.builder()
                        .name("peer")
                        .eventHandlerInvoker(invoker(projection))
                        .errorHandler(PropagatingErrorHandler.instance())
                        .messageSource(source(pool, batch))
                        .tokenStore(new InMemoryTokenStore())
                        .transactionManager(AxonEngine.transactions(pool))
                        .trackingEventProcessorConfiguration(
                                TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                                        .andBatchSize(batch)
                                        .andInitialTrackingToken(StreamableMessageSource::createTailToken))
                        .build(),
                projection,
                facts);
    }

    /** The same, with one segment a host, and two threads for the two processors. */
    void pooled(long facts, int batch, int segments) throws InterruptedException {
        pooled(
                facts,
                batch,
                WORKERS,
                new InMemoryTokenStore(),
                builder -> builder.initialSegmentCount(segments).batchSize(batch));
    }

    /**
     * As Axon sets it up if nobody says otherwise: an event a transaction, 16 segments for four threads, tokens in the
     * database, and an engine that reads 100 at once.
     */
    void pooledAsItComes(long facts) throws InterruptedException {
        pooled(facts, USUAL_FETCH, USUAL_WORKERS, AxonEngine.tokens(pool), builder -> builder);
    }

    private void pooled(
            long facts,
            int fetch,
            int threads,
            TokenStore tokens,
            UnaryOperator<PooledStreamingEventProcessor.Builder> settings)
            throws InterruptedException {
        Projection projection = new Projection(pool, extent);
        try (ScheduledExecutorService coordinator = Executors.newScheduledThreadPool(1);
                ScheduledExecutorService workers = Executors.newScheduledThreadPool(threads)) {
            run(
                    settings.apply(PooledStreamingEventProcessor.builder()
                                    .name("peer")
                                    .eventHandlerInvoker(invoker(projection))
                                    .errorHandler(PropagatingErrorHandler.instance())
                                    .messageSource(source(pool, fetch))
                                    .tokenStore(tokens)
                                    .transactionManager(AxonEngine.transactions(pool))
                                    .coordinatorExecutor(coordinator)
                                    .workerExecutor(workers)
                                    .initialToken(StreamableMessageSource::createTailToken))
                            .build(),
                    projection,
                    facts);
        }
    }

    private static void run(StreamingEventProcessor processor, Projection projection, long facts)
            throws InterruptedException {
        EventProcessor running = processor;
        running.start();
        try {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (projection.committed.get() < facts) {
                if (processor.isError() || System.nanoTime() > end) {
                    throw new IllegalStateException("the peer stands at " + projection.committed);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            running.shutDown();
        }
    }

    private static EmbeddedEventStore source(HikariDataSource pool, int fetch) {
        return EmbeddedEventStore.builder()
                .storageEngine(AxonEngine.on(pool, fetch))
                .build();
    }

    private static SimpleEventHandlerInvoker invoker(Projection projection) {
        return SimpleEventHandlerInvoker.builder()
                .eventHandlers(projection)
                .listenerInvocationErrorHandler(PropagatingErrorHandler.instance())
                .build();
    }

    /** What is written once a batch, in its transaction. */
    static final class Projection {
        private final HikariDataSource pool;
        private final BareRows rows;
        private final AtomicLong committed = new AtomicLong();

        Projection(HikariDataSource pool, BareRows.Extent extent) {
            this.pool = pool;
            this.rows = new BareRows(extent);
        }

        /** Batch and how many facts are in it. */
        private record Gathered(BareRows.Batch batch, AtomicLong facts) {}

        @EventHandler
        void on(StoredFact fact, @SourceId String stream, @Timestamp Instant storedAt, TrackingToken token) {
            Gathered gathered = gathered();
            gathered.facts().incrementAndGet();
            rows.take(
                    gathered.batch(),
                    token.position().orElseThrow(),
                    StreamId.parse(stream),
                    fact.decoded(),
                    Times.nanos(storedAt));
        }

        private Gathered gathered() {
            UnitOfWork<?> unit = CurrentUnitOfWork.get();
            String key = Gathered.class.getName();
            return Optional.<Gathered>ofNullable(unit.getResource(key)).orElseGet(() -> {
                Gathered fresh = new Gathered(new BareRows.Batch(), new AtomicLong());
                unit.resources().put(key, fresh);
                unit.onPrepareCommit(ending -> write(fresh.batch()));
                unit.afterCommit(done -> committed.addAndGet(fresh.facts().get()));
                return fresh;
            });
        }

        private void write(BareRows.Batch batch) {
            try {
                batch.write(DataSourceUtils.getConnection(pool));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
