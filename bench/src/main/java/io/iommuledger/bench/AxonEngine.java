package io.iommuledger.bench;

import io.iommuledger.db.EventSerializer;
import io.iommuledger.db.StoredFact;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcSQLErrorCodesResolver;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Axon's own JDBC event store on its own table: the peer. It stores the very bytes that ours does. */
final class AxonEngine {
    /** As Axon names it. */
    static final String TABLE = "DomainEventEntry";

    private AxonEngine() {}

    static void createTable(Store store) throws SQLException {
        try (Connection connection = store.connect();
                PreparedStatement create = PostgresEventTableFactory.INSTANCE.createDomainEventTable(
                        connection, EventSchema.builder().build())) {
            create.execute();
        }
    }

    static JdbcEventStorageEngine on(DataSource dataSource, int fetch) {
        return on(dataSource, connections(dataSource), fetch);
    }

    static JdbcEventStorageEngine on(DataSource dataSource, ConnectionProvider connections, int fetch) {
        PersistenceExceptionResolver conflicts = new JdbcSQLErrorCodesResolver();
        return JdbcEventStorageEngine.builder()
                .connectionProvider(connections)
                .transactionManager(transactions(dataSource))
                .dataType(byte[].class)
                .eventSerializer(new EventSerializer())
                .snapshotSerializer(new EventSerializer())
                .persistenceExceptionResolver(conflicts)
                .batchSize(fetch)
                .build();
    }

    static ConnectionProvider connections(DataSource dataSource) {
        return new UnitOfWorkAwareConnectionProviderWrapper(new SpringDataSourceConnectionProvider(dataSource));
    }

    /** Axon's store of tokens, in the table that the product has for its own. */
    static TokenStore tokens(DataSource dataSource) {
        return JdbcTokenStore.builder()
                .connectionProvider(connections(dataSource))
                .serializer(tokenSerializer())
                .contentType(byte[].class)
                .schema(TokenSchema.builder()
                        .setTokenTable("token_entry")
                        .setProcessorNameColumn("processor_name")
                        .setTokenTypeColumn("token_type")
                        .build())
                .build();
    }

    static Serializer tokenSerializer() {
        return Jackson3Serializer.builder().build();
    }

    static SpringTransactionManager transactions(DataSource dataSource) {
        return new SpringTransactionManager(new JdbcTransactionManager(dataSource));
    }

    static DomainEventMessage<StoredFact> message(String stream, MapHistory.Recorded fact) {
        return new GenericDomainEventMessage<>(
                "Host", stream, fact.sequence(), new StoredFact(fact.type(), fact.bytes()));
    }
}
