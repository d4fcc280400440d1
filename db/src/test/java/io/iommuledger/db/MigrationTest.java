package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database that the first version filled, on this one. */
class MigrationTest {
    private static final String FIRST_VERSION = "014";
    private static final UUID OPERATION = UUID.fromString("0190b2c4-0000-7000-8000-000000000001");
    private static final int EVENTS = 2_003;

    @Test
    void bringsADatabaseOfTheFirstVersionUpToDateWithItsData(@TempDir Path directory) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(directory)) {
            fillWithTheFirstVersion(server.address());
            for (int start = 0; start < 2; start++) {
                try (HikariDataSource pool = Database.open(server.address())) {
                    JdbcClient jdbc = JdbcClient.create(pool);
                    theLogIsTheSame(new EventLog(jdbc));
                    whatNamesPositionsNamesTheNewOnes(jdbc);
                    theRest(jdbc);
                }
            }
            try (HikariDataSource pool = Database.open(server.address());
                    Appender appender = new Appender(() -> Database.outside(pool, "next", 10), "next")) {
                appender.start();
                assertThat(appender.append(List.of(TestStore.event("next", 0))).get())
                        .isEqualTo(EVENTS + 1);
            }
        }
    }

    private static void theLogIsTheSame(EventLog log) {
        List<EventLog.Entry> entries = log.between(0, Long.MAX_VALUE, 10_000);
        assertThat(entries.stream().map(EventLog.Entry::position))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, EVENTS).boxed().toList());
        for (int n = 0; n < 2_000; n++) {
            EventLog.Entry entry = entries.get(n);
            assertThat(entry.stream()).isEqualTo("host/rack7/1");
            assertThat(entry.sequence()).isEqualTo(n);
            assertThat(entry.payload()).isEqualTo(new byte[] {0, 0, (byte) (n >> 8), (byte) n});
            Instant second = Instant.parse("2026-11-01T03:14:00Z").plusSeconds(n % 60);
            long fraction = new long[] {0, 120_000_000, 123_456_789}[n % 3];
            assertThat(entry.storedAtNanos()).isEqualTo(second.getEpochSecond() * 1_000_000_000 + fraction);
        }
        assertThat(entries.subList(2_000, EVENTS).stream().map(EventLog.Entry::type))
                .containsExactly("operation.requested", "host.unknown", EventTypes.OPERATION_ENDED);
        assertThat(entries.get(2_000).payload()).isEqualTo(new byte[] {0x0a});
    }

    private static void whatNamesPositionsNamesTheNewOnes(JdbcClient jdbc) {
        byte[] end = jdbc.sql("SELECT payload FROM event_log WHERE type = :type")
                .param("type", EventTypes.OPERATION_ENDED)
                .query(byte[].class)
                .single();
        assertThat(OperationCodec.decode(end)).isEqualTo(ended(2_002));
        assertThat(jdbc.sql("SELECT position FROM open_operation")
                        .query(Long.class)
                        .single())
                .isEqualTo(2_001);
        Object token = jdbc.sql("SELECT token, token_type FROM token_entry")
                .query((row, number) -> Jackson3Serializer.builder()
                        .build()
                        .<byte[], Object>deserialize(
                                new SimpleSerializedObject<>(row.getBytes(1), byte[].class, row.getString(2), null)))
                .single();
        assertThat(token)
                .as("of the operation process; the projection begins anew")
                .isEqualTo(new GlobalSequenceTrackingToken(2_001));
    }

    private static void theRest(JdbcClient jdbc) {
        assertThat(jdbc.sql("SELECT count(*) FROM event_log WHERE signed")
                        .query(Long.class)
                        .single())
                .as("nothing of before agents signed")
                .isZero();
        for (String projected : List.of("host_interval", "finding", "mapping_interval")) {
            assertThat(jdbc.sql("SELECT count(*) FROM " + projected)
                            .query(Long.class)
                            .single())
                    .as(projected)
                    .isZero();
        }
        for (String kept : List.of("host_epoch", "principal", "open_operation")) {
            assertThat(jdbc.sql("SELECT count(*) FROM " + kept)
                            .query(Long.class)
                            .single())
                    .as(kept)
                    .isOne();
        }
        for (String gone : List.of("event_entry", "snapshot_entry", "renumbered")) {
            assertThatThrownBy(() -> jdbc.sql("SELECT * FROM " + gone).query().listOfRows())
                    .rootCause()
                    .hasMessageContaining("does not exist");
        }
        assertThat(jdbc.sql("SELECT metadata FROM event_log WHERE metadata IS NOT NULL")
                        .query(byte[].class)
                        .single())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"traceId\":\"t\"}");
    }

    private static void fillWithTheFirstVersion(Database.Address address) throws SQLException, IOException {
        Database.Login owner = address.owner().orElseThrow();
        Flyway.configure()
                .dataSource(address.url(), owner.user(), owner.password())
                .target(FIRST_VERSION)
                .repeatableSqlMigrationPrefix("none")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(address.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                InputStream data =
                        Objects.requireNonNull(MigrationTest.class.getResourceAsStream("/first-schema-data.sql"));
                PreparedStatement end = connection.prepareStatement("""
                    INSERT INTO event_entry (position, event_id, stream, sequence, stream_type, stored_at,
                        payload_type, payload_revision, payload)
                    VALUES (10020, ?, ?, 1, 'OperationAggregate', '2026-11-01T04:00:03Z', ?, '1', ?)\
                    """)) {
            statement.execute(new String(data.readAllBytes(), StandardCharsets.UTF_8));
            end.setString(1, UUID.randomUUID().toString());
            end.setString(2, "operation/" + OPERATION);
            end.setString(3, EventTypes.OPERATION_ENDED);
            end.setBytes(4, OperationCodec.encode(ended(10_007)));
            end.executeUpdate();
        }
    }

    private static OperationEnded ended(long position) {
        return new OperationEnded(OPERATION, Outcome.UNKNOWN, Optional.empty(), Figures.NONE, position, "lost");
    }
}
