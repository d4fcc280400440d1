package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.command.enrolment.Enrolments;
import io.iommuledger.command.gateway.GatewayServer;
import io.iommuledger.command.operation.OperationProcess;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.StoreBeans;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.web.ProblemAdvice;
import io.iommuledger.web.TaintAdvice;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command side on a PostgreSQL of its own, with REST over HTTP and a gateway for {@link FakeAgent}s. */
final class CommandSideRig implements AutoCloseable {
    static final PciAddress DEVICE = PciAddress.parse("0000:02:00.0");
    private static final JsonMapper JSON = new JsonMapper();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({StoreBeans.class, CommandSide.class, ProblemAdvice.class, TaintAdvice.class})
    static class Application {}

    record Reply(int status, JsonNode body) {
        String text(String field) {
            return body.path(field).asString("");
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedServer server;
    private final HikariDataSource pool;
    private final String[] properties;
    private ConfigurableApplicationContext context;
    private final Map<String, String> enrolled = new ConcurrentHashMap<>();
    private String gateway = "";

    /** @param properties of the application besides those that it always has: {@code name=value} */
    CommandSideRig(Path directory, String... properties) {
        this.properties = properties.clone();
        server = EmbeddedServer.start(directory);
        pool = Database.open(server.address());
        context = startApplication();
    }

    void restart() {
        context.close();
        context = startApplication();
    }

    /** Where agents dial in over the network. */
    int gatewayPort() {
        return context.getBean(GatewayServer.class).port();
    }

    EventLog log() {
        return context.getBean(EventLog.class);
    }

    /** What carries operations from their request to their end. */
    TrackingEventProcessor operations() {
        return context.getBean(org.axonframework.config.Configuration.class)
                .eventProcessingConfiguration()
                .eventProcessor(OperationProcess.NAME, TrackingEventProcessor.class)
                .orElseThrow();
    }

    /** A connection with the rights that the service lacks. */
    Connection asOwner() throws SQLException {
        Database.Login owner = server.address().owner().orElseThrow();
        return DriverManager.getConnection(server.address().url(), owner.user(), owner.password());
    }

    /** Starts anew on a log that has a request in one event, as it was stored before records had a limit. */
    void restartAfter(OperationRequested stored) throws SQLException {
        context.close();
        String rule = "CHECK (octet_length(payload) + octet_length(stream) + octet_length(type)"
                + " + coalesce(octet_length(revision), 0) <= 61376) NOT VALID";
        try (Connection connection = asOwner();
                Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO event (position, stream, sequence, stream_type, type, revision, stored_at, event_id,"
                                + " payload) SELECT max(position) + 1, ?, 0, 'OperationAggregate', ?, '1', 0, ?, ? FROM event")) {
            statement.execute("ALTER TABLE event DROP CONSTRAINT event_record_size");
            insert.setString(1, "operation/" + stored.operation());
            insert.setString(2, EventTypes.of(stored));
            insert.setObject(3, UUID.randomUUID());
            insert.setBytes(4, OperationCodec.encode(stored));
            insert.executeUpdate();
            statement.execute("ALTER TABLE event ADD CONSTRAINT event_record_size " + rule);
        }
        context = startApplication();
    }

    /** Sequence of a stream's last entry, -1 if it has none. */
    long lastSequence(StreamId stream) {
        return JdbcClient.create(pool)
                .sql("SELECT coalesce(max(sequence), -1) FROM event_log WHERE stream = :stream")
                .param("stream", stream.toString())
                .query(Long.class)
                .single();
    }

    /** An agent whose epoch has begun and that has one device, not limited in what it locks. */
    FakeAgent connect(String host, long epoch, UUID instance) {
        return connect(host, epoch, instance, -1);
    }

    FakeAgent connect(String host, long epoch, UUID instance, long memoryLockLimit) {
        FakeAgent agent = dial(host, epoch, instance);
        assertThat(agent.welcomed()).isZero();
        return agent.begun(DEVICE, memoryLockLimit);
    }

    /** An agent whose key is enrolled. */
    FakeAgent dial(String host, long epoch, UUID instance) {
        return dial(FakeAgent.As.agent(stream(host, epoch), instance));
    }

    FakeAgent dial(FakeAgent.As as) {
        enrol(as.stream().host().value(), as.key());
        return new FakeAgent(gateway, as);
    }

    /** Of which nobody may know. */
    FakeAgent dialUnknown(FakeAgent.As as) {
        return new FakeAgent(gateway, as);
    }

    FakeAgent dialUnknown(FakeAgent.As as, UnaryOperator<ByteString> proof) {
        return new FakeAgent(gateway, as, proof);
    }

    /** A next start that brings what this one left. */
    FakeAgent dialWithRemainder(String host, long epoch, UUID instance) {
        return dial(FakeAgent.As.agent(stream(host, epoch), instance).withRemainder());
    }

    void enrol(String host, TestKey key) {
        if (!key.fingerprint().equals(enrolled.put(host, key.fingerprint()))) {
            Reply reply = put("hosts/" + host + "/key", "{\"fingerprint\":\"" + key.fingerprint() + "\"}")
                    .join();
            assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        }
    }

    List<Alarm> alarms(String host) {
        return context.getBean(Enrolments.class).of(new HostId(host)).alarms();
    }

    JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    static StreamId stream(String host, long epoch) {
        return new StreamId(new HostId(host), epoch);
    }

    CompletableFuture<Reply> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    CompletableFuture<Reply> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Under a key of its client; each in a header of its own. */
    CompletableFuture<Reply> postAs(String path, String body, String... idempotencyKeys) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        for (String key : idempotencyKeys) {
            request.header("Idempotency-Key", key);
        }
        return send(request);
    }

    CompletableFuture<Reply> put(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path)).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    CompletableFuture<Reply> delete(String path) {
        return send(HttpRequest.newBuilder(uri(path)).DELETE());
    }

    /** A request with a body that says all by its path. */
    CompletableFuture<Reply> send(String method, String path, String body) {
        return send(HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A request of another peer: this machine has every address of 127.0.0.0/8. */
    Reply from(String address, String method, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .localAddress(InetAddress.getByName(address))
                .build()) {
            return reply(client.send(
                    HttpRequest.newBuilder(uri(path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString()));
        }
    }

    CompletableFuture<Reply> openContext(String host) {
        return post("hosts/" + host + "/contexts", "");
    }

    @Override
    public void close() {
        context.close();
        pool.close();
        server.close();
    }

    private CompletableFuture<Reply> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(CommandSideRig::reply);
    }

    private static Reply reply(HttpResponse<String> response) {
        return new Reply(response.statusCode(), JSON.readTree(response.body()));
    }

    private URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/api/v1/" + path);
    }

    private ConfigurableApplicationContext startApplication() {
        gateway = "gateway-" + UUID.randomUUID();
        return new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "ledger.gateway.listen=127.0.0.1:0",
                        "ledger.gateway.in-process=" + gateway)
                .properties(properties)
                .initializers(fresh -> ((GenericApplicationContext) fresh)
                        .registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                .run();
    }
}
