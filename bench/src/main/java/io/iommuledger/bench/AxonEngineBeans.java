package io.iommuledger.bench;

import io.iommuledger.db.Arrivals;
import io.iommuledger.db.AxonModule;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.EventSerializer;
import io.iommuledger.db.EventsOfTypes;
import io.iommuledger.db.FactStore;
import io.iommuledger.db.horizon.Horizons;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.Serializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** What a command side needs of a store, on Axon's engine instead of ours. The log that it would read stays empty. */
@Configuration(proxyBeanMethods = false)
@Import({EventLog.class, Arrivals.class, Horizons.class})
class AxonEngineBeans {
    private static final int FETCH = 1_000;

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    @Bean
    JdbcClient jdbcClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }

    @Bean
    TransactionManager axonTransactions(DataSource dataSource) {
        return AxonEngine.transactions(dataSource);
    }

    @Bean
    ConnectionProvider axonConnections(DataSource dataSource) {
        return AxonEngine.connections(dataSource);
    }

    @Bean
    FactStore factStore(EventStore store) {
        return (stream, first, facts) -> store.publish(IntStream.range(0, facts.size())
                .mapToObj(i -> new GenericDomainEventMessage<>(
                        FactStore.STREAM_TYPE, stream.toString(), first + i, facts.get(i)))
                .toList());
    }

    /** Axon's store reads all. */
    @Bean
    EventsOfTypes eventsOfTypes(EventStore store) {
        return types -> store;
    }

    @Bean
    Serializer tokenSerializer() {
        return AxonEngine.tokenSerializer();
    }

    @Bean
    TokenStore tokenStore(DataSource dataSource) {
        return AxonEngine.tokens(dataSource);
    }

    @Bean
    EventStore eventStore(DataSource dataSource, ConnectionProvider connections) {
        return EmbeddedEventStore.builder()
                .storageEngine(AxonEngine.on(dataSource, connections, FETCH))
                .build();
    }

    @Bean(initMethod = "start", destroyMethod = "shutdown")
    org.axonframework.config.Configuration axon(
            EventStore eventStore,
            TokenStore tokenStore,
            TransactionManager transactions,
            Serializer tokenSerializer,
            List<AxonModule> modules) {
        System.setProperty("axoniq.update-checker.disabled", "true");
        Configurer configurer = DefaultConfigurer.defaultConfiguration(false)
                .configureSerializer(configuration -> tokenSerializer)
                .configureMessageSerializer(configuration -> tokenSerializer)
                .configureEventSerializer(configuration -> new EventSerializer())
                .configureTransactionManager(configuration -> transactions)
                .configureEventStore(configuration -> eventStore);
        configurer.eventProcessing(processing -> processing.registerTokenStore(configuration -> tokenStore));
        modules.forEach(module -> module.configure(configurer));
        return configurer.buildConfiguration();
    }
}
