package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.axonframework.eventsourcing.utils.EventStoreTestUtils.AGGREGATE;

import io.iommuledger.db.append.Appender;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngineTest;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The tests that Axon has for its own storage engines, on ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AxonsEngineTest
        extends BatchingEventStorageEngineTest<LedgerEventStorageEngine, LedgerEventStorageEngine.Builder> {
    private TestStore store;
    private Appender appender;
    private LedgerEventStorageEngine engine;

    @BeforeAll
    void startStore(@TempDir Path directory) {
        store = new TestStore(directory);
    }

    @AfterAll
    void stopStore() {
        appender.close();
        store.close();
    }

    /** Positions begin at 1 again, and the appender keeps none in mind. */
    @BeforeEach
    void emptyLog() throws SQLException {
        if (appender != null) {
            appender.close();
        }
        store.empty();
        appender = store.appender("axons tests");
        engine = createEngine();
        setTestSubject(engine);
    }

    @Override
    protected LedgerEventStorageEngine createEngine(UnaryOperator<LedgerEventStorageEngine.Builder> customization) {
        LedgerEventStorageEngine.Builder builder = LedgerEventStorageEngine.builder();
        builder.eventSerializer(Jackson3Serializer.builder().build())
                .snapshotSerializer(Jackson3Serializer.builder().build());
        return customization
                .apply(builder.dataSource(store.pool).appender(Optional.of(appender)))
                .build();
    }

    /** Axon's expects that an identifier stands once; with us an event is known by its stream and sequence. */
    @Test
    @Override
    public void uniqueKeyConstraintOnEventIdentifier() {
        String id = UUID.randomUUID().toString();
        engine.appendEvents(createEvent(id, AGGREGATE, 0, "payload"), createEvent(id, AGGREGATE, 1, "payload"));
        assertThat(engine.readEvents(AGGREGATE).asStream()).hasSize(2);
    }

    @Test
    @Override
    public void uniqueKeyConstraintOnFirstEventIdentifierThrowsAggregateIdentifierAlreadyExistsException() {
        assertThatThrownBy(() -> engine.appendEvents(createEvent("id", AGGREGATE, 0, "payload")))
                .isInstanceOf(EventStoreException.class)
                .hasMessageContaining("'id'; expected a UUID");
        assertThat(engine.readEvents(AGGREGATE).asStream()).isEmpty();
    }

    private static org.axonframework.eventhandling.DomainEventMessage<String> createEvent(
            String id, String stream, long sequence, String payload) {
        return org.axonframework.eventsourcing.utils.EventStoreTestUtils.createEvent(
                "Type", id, stream, sequence, payload, MetaData.emptyInstance());
    }
}
