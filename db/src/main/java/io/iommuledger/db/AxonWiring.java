package io.iommuledger.db;

import io.iommuledger.db.append.Appender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.deadletter.jdbc.DeadLetterSchema;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Axon on PostgreSQL, wired by hand: which engine, token store and transaction manager are in use stands here and is not
 * left to conditions (docs/decisions: axon-wired-by-hand).
 */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
public class AxonWiring {

    /**
     * After how long the work of a process that was killed is taken over. A processor extends its claim every second, and
     * within a batch whenever it writes its token.
     */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(5);

    /** Axon looks for updates over the network unless this is set before its configuration is built. */
    private static final String UPDATE_CHECKER_OFF = "axoniq.update-checker.disabled";

    @Bean
    TransactionManager axonTransactions(PlatformTransactionManager transactions) {
        return new SpringTransactionManager(transactions);
    }

    @Bean
    ConnectionProvider axonConnections(DataSource dataSource) {
        return new UnitOfWorkAwareConnectionProviderWrapper(new SpringDataSourceConnectionProvider(dataSource));
    }

    /** Only a process that has an {@link Appender} appends. */
    @Bean
    LedgerEventStorageEngine eventStorageEngine(DataSource dataSource, ObjectProvider<Appender> appender) {
        LedgerEventStorageEngine.Builder builder = LedgerEventStorageEngine.builder();
        builder.eventSerializer(new EventSerializer()).snapshotSerializer(new EventSerializer());
        return builder.dataSource(dataSource)
                .appender(Optional.ofNullable(appender.getIfAvailable()))
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

    /** For whoever registers a dead-letter queue. */
    @Bean
    DeadLetterSchema deadLetterSchema() {
        return DeadLetterSchema.builder()
                .deadLetterTable("dead_letter")
                .deadLetterIdentifierColumn("dead_letter_id")
                .processingGroupColumn("processing_group")
                .sequenceIdentifierColumn("sequence_identifier")
                .sequenceIndexColumn("sequence_index")
                .messageTypeColumn("message_type")
                .eventIdentifierColumn("event_identifier")
                .timestampColumn("time_stamp")
                .payloadTypeColumn("payload_type")
                .payloadRevisionColumn("payload_revision")
                .payloadColumn("payload")
                .metaDataColumn("metadata")
                .aggregateTypeColumn("type")
                .aggregateIdentifierColumn("aggregate_identifier")
                .sequenceNumberColumn("sequence_number")
                .tokenTypeColumn("token_type")
                .tokenColumn("token")
                .enqueuedAtColumn("enqueued_at")
                .lastTouchedColumn("last_touched")
                .processingStartedColumn("processing_started")
                .causeTypeColumn("cause_type")
                .causeMessageColumn("cause_message")
                .diagnosticsColumn("diagnostics")
                .build();
    }

    @Bean
    Serializer tokenSerializer() {
        return Jackson3Serializer.builder().build();
    }

    @Bean
    EventStore eventStore(LedgerEventStorageEngine engine, Arrivals arrivals) {
        return LedgerEventStore.on(engine, arrivals);
    }

    @Bean
    FactStore factStore(LedgerEventStorageEngine engine) {
        return engine::append;
    }

    @Bean
    EventsOfTypes eventsOfTypes(LedgerEventStorageEngine engine, Arrivals arrivals) {
        return LedgerEventStore.ofTypes(engine, arrivals);
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
}
