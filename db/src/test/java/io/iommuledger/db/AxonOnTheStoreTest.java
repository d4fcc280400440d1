package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.deadletter.jdbc.DeadLetterSchema;
import org.axonframework.eventhandling.deadletter.jdbc.JdbcSequencedDeadLetterQueue;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.messaging.annotation.SourceId;
import org.axonframework.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What else Axon keeps in the database: how far a processor has come, and what it could not handle. */
class AxonOnTheStoreTest {
    private static final String PROCESSOR = "careful";

    private final Careful careful = new Careful();

    /** Fails on one stream until it is told not to. */
    static final class Careful {
        private final List<String> handled = new CopyOnWriteArrayList<>();
        private volatile boolean failing = true;

        @EventHandler
        void on(StoredFact fact, @SourceId String stream) {
            if (failing && stream.equals("poison")) {
                throw new IllegalStateException("not today");
            }
            handled.add(stream + fact.bytes()[0]);
        }
    }

    @Test
    void deadLettersAreKeptInOrderAndTokensAreKeptToo(@TempDir Path directory) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(directory);
                HikariDataSource pool = Database.open(server.address());
                AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName(""));
            context.registerBean(
                    AxonModule.class,
                    () -> configurer -> configurer.eventProcessing(processing -> processing
                            .registerEventHandler(configuration -> careful)
                            .assignHandlerTypesMatching(PROCESSOR, type -> type.equals(Careful.class))
                            .registerTrackingEventProcessor(
                                    PROCESSOR,
                                    Configuration::eventStore,
                                    configuration -> TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                                            .andInitialTrackingToken(StreamableMessageSource::createTailToken))
                            .registerDeadLetterQueue(PROCESSOR, configuration -> queue(context))));
            context.register(StoreBeans.class, AppenderBeans.class);
            context.refresh();
            EventStore store = context.getBean(EventStore.class);
            JdbcClient jdbc = context.getBean(JdbcClient.class);
            store.publish(event("poison", 0), event("good", 0), event("poison", 1), event("good", 1));
            await(() -> careful.handled.size() == 2 && count(jdbc, "dead_letter") == 2);
            assertThat(careful.handled).containsExactly("good0", "good1");
            careful.failing = false;
            Configuration axon = context.getBean(Configuration.class);
            assertThat(axon.eventProcessingConfiguration()
                            .sequencedDeadLetterProcessor(PROCESSOR)
                            .orElseThrow()
                            .processAny())
                    .isTrue();
            assertThat(careful.handled).containsExactly("good0", "good1", "poison0", "poison1");
            assertThat(count(jdbc, "dead_letter")).isZero();

            TrackingEventProcessor processor = axon.eventProcessingConfiguration()
                    .eventProcessor(PROCESSOR, TrackingEventProcessor.class)
                    .orElseThrow();
            processor.shutDown();
            store.publish(event("good", 2));
            processor.start();
            await(() -> careful.handled.size() == 5);
            assertThat(careful.handled).as("nothing twice").endsWith("good2");
        }
    }

    private static JdbcSequencedDeadLetterQueue<EventMessage<?>> queue(AnnotationConfigApplicationContext context) {
        return JdbcSequencedDeadLetterQueue.<EventMessage<?>>builder()
                .processingGroup(PROCESSOR)
                .connectionProvider(context.getBean(ConnectionProvider.class))
                .transactionManager(context.getBean(TransactionManager.class))
                .schema(context.getBean(DeadLetterSchema.class))
                .genericSerializer(context.getBean(Serializer.class))
                .eventSerializer(new EventSerializer())
                .build();
    }

    private static EventMessage<?> event(String stream, long sequence) {
        return new GenericDomainEventMessage<>(
                "Host", stream, sequence, new StoredFact("host.unknown", new byte[] {(byte) sequence}));
    }

    private static long count(JdbcClient jdbc, String table) {
        return jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
