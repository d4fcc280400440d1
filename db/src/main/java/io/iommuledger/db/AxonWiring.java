package io.iommuledger.db;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Axon on PostgreSQL, wired by hand: which engine, token store and transaction manager are in use stands here and is not
 * left to conditions (docs/decisions: axon-wired-by-hand).
 */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
public class AxonWiring {

    /** How long a reader in another process waits before it looks for new events. */
    private static final long FETCH_DELAY_MILLIS = 100;

    /**
     * After how long the work of a process that was killed is taken over. A processor extends its claim every second, and
     * within a batch whenever it writes its token.
     */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(5);

    /** Axon looks for updates over the network unless this is set before its configuration is built. */
    private static final String UPDATE_CHECKER_OFF = "axoniq.update-checker.disabled";

    private static final String UNIQUE_VIOLATION = "23505";

    @Bean
    TransactionManager axonTransactions(PlatformTransactionManager transactions) {
        return new SpringTransactionManager(transactions);
    }

    @Bean
    ConnectionProvider axonConnections(DataSource dataSource) {
        return new UnitOfWorkAwareConnectionProviderWrapper(new SpringDataSourceConnectionProvider(dataSource));
    }

    @Bean
    EventStorageEngine eventStorageEngine(ConnectionProvider connections, TransactionManager transactions) {
        Serializer events = new EventSerializer();
        return JdbcEventStorageEngine.builder()
                .connectionProvider(connections)
                .transactionManager(transactions)
                .eventSerializer(events)
                .snapshotSerializer(events)
                .persistenceExceptionResolver(AxonWiring::isDuplicateKey)
                .schema(schema())
                // Positions are drawn under the append lock: a gap is a transaction that failed and is never filled.
                .gapTimeout(1)
                .maxGapOffset(1)
                .dataType(byte[].class)
                .build();
    }

    @Bean
    TokenStore tokenStore(ConnectionProvider connections, Serializer tokenSerializer) {
        return JdbcTokenStore.builder()
                .connectionProvider(connections)
                .serializer(tokenSerializer)
                .contentType(byte[].class)
                .claimTimeout(CLAIM_TIMEOUT)
                .schema(TokenSchema.builder()
                        .setTokenTable("token_entry")
                        .setProcessorNameColumn("processor_name")
                        .setTokenTypeColumn("token_type")
                        .build())
                .build();
    }

    @Bean
    Serializer tokenSerializer() {
        return Jackson3Serializer.builder().build();
    }

    @Bean(destroyMethod = "shutDown")
    EventStore eventStore(EventStorageEngine engine) {
        return EmbeddedEventStore.builder()
                .storageEngine(engine)
                .fetchDelay(FETCH_DELAY_MILLIS)
                .cleanupDelay(10_000)
                .timeUnit(TimeUnit.MILLISECONDS)
                .build();
    }

    /** Started last and stopped first: its processors work while everything else is there. */
    @Bean(initMethod = "start", destroyMethod = "shutdown")
    Configuration axon(
            EventStore eventStore,
            TokenStore tokenStore,
            TransactionManager transactions,
            Serializer tokenSerializer,
            EventStorageEngine engine,
            DataSource dataSource,
            List<AxonModule> modules) {
        System.setProperty(UPDATE_CHECKER_OFF, "true");
        Configurer configurer = DefaultConfigurer.defaultConfiguration(false)
                .configureSerializer(configuration -> tokenSerializer)
                .configureMessageSerializer(configuration -> tokenSerializer)
                .configureEventSerializer(configuration -> new EventSerializer())
                .configureTransactionManager(configuration -> transactions)
                .configureEventStore(configuration -> eventStore);
        configurer.eventProcessing(processing -> processing.registerTokenStore(configuration -> tokenStore));
        modules.forEach(module -> module.configure(configurer));
        Configuration configuration = configurer.buildConfiguration();
        StoreCheck.verify(configuration, engine, dataSource);
        return configuration;
    }

    /** Axon's own resolver does not look into pgjdbc's batch exceptions. */
    private static boolean isDuplicateKey(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static EventSchema schema() {
        return EventSchema.builder()
                .eventTable("event_entry")
                .snapshotTable("snapshot_entry")
                .globalIndexColumn("position")
                .eventIdentifierColumn("event_id")
                .aggregateIdentifierColumn("stream")
                .sequenceNumberColumn("sequence")
                .typeColumn("stream_type")
                .timestampColumn("stored_at")
                .payloadTypeColumn("payload_type")
                .payloadRevisionColumn("payload_revision")
                .payloadColumn("payload")
                .metaDataColumn("metadata")
                .build();
    }
}
