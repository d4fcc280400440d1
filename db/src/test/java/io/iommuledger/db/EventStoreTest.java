package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.updates.configuration.UsagePropertyProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Axon's event store on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventStoreTest {
    private EmbeddedServer server;
    private HikariDataSource pool;
    private AnnotationConfigApplicationContext context;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = EmbeddedServer.start(directory);
        pool = Database.open(server.address());
        context = new AnnotationConfigApplicationContext();
        context.registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName(""));
        context.register(StoreBeans.class, AppenderBeans.class);
        context.refresh();
    }

    @AfterAll
    void stop() {
        context.close();
        pool.close();
        server.close();
    }

    @Test
    void theBytesThatAnAgentEncodedAreTheBytesThatStand() {
        StreamId stream = new StreamId(new HostId("bytes"), 1);
        append(stream, 0, 3);
        List<EventLog.Entry> entries = entries(stream);
        assertThat(entries).hasSize(3);
        for (int sequence = 0; sequence < 3; sequence++) {
            assertThat(entries.get(sequence).payload()).isEqualTo(fact(sequence));
            assertThat(entries.get(sequence).type()).isEqualTo("host.epoch-ended");
        }
        assertThat(context.getBean(EventStore.class)
                        .readEvents(stream.toString())
                        .asStream())
                .extracting(event -> ((StoredFact) event.getPayload()).bytes())
                .containsExactly(fact(0), fact(1), fact(2));
    }

    @Test
    void aRecordOfTheLogIsOneMessageOfAtMost60KiB() {
        StreamId stream = new StreamId(new HostId("h".repeat(63)), Long.MAX_VALUE);
        byte[] longest = new byte[StoredRecord.MOST_PAYLOAD_BYTES];
        append(stream, 0, longest);
        long head = context.getBean(EventLog.class).head();
        StoredRecord record =
                context.getBean(EventLog.class).records(head - 1, head, 9).getFirst();
        assertThat(record.position()).isEqualTo(head);
        assertThat(record.stream()).isEqualTo(stream.toString());
        assertThat(record.type()).isEqualTo(EventTypes.UNKNOWN_FACT);
        assertThat(record.version()).isEqualTo("1");
        assertThat(record.payload()).isEqualTo(longest);
        assertThat(record.encoded()).hasSizeLessThanOrEqualTo(60 * 1024);
        assertThat(StoredRecord.decode(record.encoded()))
                .usingRecursiveComparison()
                .isEqualTo(record);
        assertThatThrownBy(() -> append(stream, 1, new byte[StoredRecord.MOST_BYTES]))
                .hasStackTraceContaining("a payload of 61440 bytes; a record of the log has at most 61440");
        assertThat(context.getBean(EventLog.class).head()).isEqualTo(head);
    }

    /** Whatever process appends, and whatever it believes of the limit. */
    @Test
    void theDatabaseTakesNoLongerRecordEither() throws Exception {
        Database.Login owner = server.address().owner().orElseThrow();
        try (Connection connection =
                        DriverManager.getConnection(server.address().url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(
                            "INSERT INTO event (position, stream, sequence, type, stored_at, event_id, payload)"
                                    + " VALUES (1000000, 'host/x/1', 0, 'host.unknown', 0, gen_random_uuid(),"
                                    + " convert_to(repeat('x', 61440), 'UTF8'))"))
                    .hasMessageContaining("event_record_size");
        }
    }

    private void append(StreamId stream, long sequence, byte[] bytes) {
        context.getBean(EventStore.class)
                .publish(new GenericDomainEventMessage<>(
                        "Host", stream.toString(), sequence, new StoredFact(EventTypes.UNKNOWN_FACT, bytes)));
    }

    @Test
    void aSequenceStandsOnlyOnce() {
        StreamId stream = new StreamId(new HostId("once"), 1);
        append(stream, 0, 2);
        assertThatThrownBy(() -> append(stream, 1, 1)).isInstanceOf(ConcurrencyException.class);
        assertThat(entries(stream)).hasSize(2);
    }

    @Test
    void aReaderGoesOnWhenTheConnectionThatNotifiesItIsLost() throws Exception {
        EventStore store = context.getBean(EventStore.class);
        StreamId stream = new StreamId(new HostId("followed"), 1);
        Database.Login owner = server.address().owner().orElseThrow();
        try (BlockingStream<TrackedEventMessage<?>> reader = store.openStream(store.createHeadToken());
                Connection connection =
                        DriverManager.getConnection(server.address().url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            for (int sequence = 0; sequence < 6; sequence += 2) {
                append(stream, sequence, 2);
                for (int more = 0; more < 2; more++) {
                    DomainEventMessage<?> event = (DomainEventMessage<?>) reader.nextAvailable();
                    assertThat(event.getAggregateIdentifier()).isEqualTo(stream.toString());
                    assertThat(event.getSequenceNumber()).isEqualTo(sequence + more);
                }
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'iommu-ledger arrivals'");
            }
        }
    }

    @Test
    void theServersLoginReachesTheLogByItsFunctionAndItsViewOnly() {
        append(new StreamId(new HostId("kept"), 1), 0, 1);
        JdbcClient jdbc = context.getBean(JdbcClient.class);
        for (String crime : List.of(
                "DELETE FROM event",
                "UPDATE event SET sequence = 7",
                "TRUNCATE event",
                "INSERT INTO event (position) SELECT position FROM event_log",
                "DELETE FROM batch_signature",
                "INSERT INTO batch_signature SELECT * FROM batch_signature",
                "SELECT count(*) FROM event",
                "ALTER TABLE event DISABLE TRIGGER ALL",
                "DELETE FROM event_log",
                "UPDATE leadership SET term = 0",
                "UPDATE flyway_schema_history SET success = false")) {
            assertThatThrownBy(() -> jdbc.sql(crime).update())
                    .as(crime)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
        }
        assertThatThrownBy(() -> jdbc.sql(
                                "SELECT append_events(1, 1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')")
                        .query(String.class)
                        .list())
                .as("a session that does not lead")
                .hasMessageContaining("does not lead");
    }

    @Test
    void theOwnerCannotChangeWhatHappenedByMistakeEither() throws SQLException {
        append(new StreamId(new HostId("owned"), 1), 0, 1);
        Database.Login owner = server.address().owner().orElseThrow();
        try (Connection connection =
                        DriverManager.getConnection(server.address().url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            for (String crime : List.of("DELETE FROM event", "UPDATE event SET sequence = 7", "TRUNCATE event")) {
                assertThatThrownBy(() -> statement.execute(crime)).hasMessageContaining("append-only");
            }
        }
    }

    @Test
    void aLoginWithRightsOnTheLogIsRefusedAtTheStart() {
        Database.Address at = server.address();
        Database.Login owner = at.owner().orElseThrow();
        assertThatThrownBy(() -> Database.open(new Database.Address(at.url(), owner, at.owner())))
                .hasMessageContaining("may change what happened");
        try (HikariDataSource everything = Database.open(new Database.Address(at.url(), owner, Optional.empty()))) {
            assertThatThrownBy(() -> StoreCheck.verify(
                            context.getBean(Configuration.class),
                            context.getBean(EventStorageEngine.class),
                            everything))
                    .hasMessageContaining("rights of its own on the log");
        }
    }

    @Test
    void theServerIsDurableAndAsksForItsPassword() {
        JdbcClient jdbc = context.getBean(JdbcClient.class);
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertThat(jdbc.sql("SHOW " + setting).query(String.class).single()).isEqualTo("on");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(server.address().url(), "postgres", "postgres"))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void nobodyIsAskedForUpdates() {
        assertThat(context.getBean(Configuration.class)).isNotNull();
        assertThat(UsagePropertyProvider.create().getDisabled()).isTrue();
    }

    @Test
    void aStoreThatKeepsNothingIsRefusedAtTheStart() {
        Configurer forgetting = DefaultConfigurer.defaultConfiguration(false)
                .configureEmbeddedEventStore(configuration -> new InMemoryEventStorageEngine())
                .configureSerializer(configuration -> new EventSerializer())
                .configureEventSerializer(configuration -> new EventSerializer())
                .configureMessageSerializer(configuration -> new EventSerializer());
        forgetting.eventProcessing();
        Configuration forgetful = forgetting.buildConfiguration();
        EventStorageEngine engine = context.getBean(EventStorageEngine.class);
        assertThatThrownBy(() -> StoreCheck.verify(forgetful, new InMemoryEventStorageEngine(), pool))
                .hasMessageContaining("event storage engine")
                .hasMessageContaining("InMemoryEventStorageEngine");
        assertThatThrownBy(() -> StoreCheck.verify(forgetful, engine, pool)).hasMessageContaining("token store");
    }

    private void append(StreamId stream, long from, int many) {
        List<EventMessage<?>> events = new ArrayList<>();
        for (long sequence = from; sequence < from + many; sequence++) {
            events.add(new GenericDomainEventMessage<>(
                    "Host",
                    stream.toString(),
                    sequence,
                    new StoredFact(EventTypes.of(new EpochEnded()), fact(sequence))));
        }
        context.getBean(EventStore.class).publish(events);
    }

    private List<EventLog.Entry> entries(StreamId stream) {
        List<EventLog.Entry> entries = new ArrayList<>();
        context.getBean(EventLog.class).readStream(stream.toString(), Long.MAX_VALUE, entries::add);
        return entries;
    }

    private static byte[] fact(long sequence) {
        return FactCodec.encode(
                new RecordedFact(new Stamp(sequence, sequence, sequence, Optional.empty()), new EpochEnded()));
    }
}
