package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Status;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.StoreBeans;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.web.ProblemAdvice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Operations and ingest between REST, a real PostgreSQL and an agent's end of the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandSideTest {
    private static final PciAddress DEVICE = PciAddress.parse("0000:02:00.0");
    private static final JsonMapper JSON = new JsonMapper();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({StoreBeans.class, CommandSide.class, ProblemAdvice.class})
    static class Application {}

    private record Reply(int status, JsonNode body) {
        String text(String field) {
            return body.path(field).asString("");
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedServer server;
    private HikariDataSource pool;
    private ConfigurableApplicationContext context;
    private String gateway = "";

    @BeforeAll
    void start(@TempDir Path directory) {
        server = EmbeddedServer.start(directory);
        pool = Database.open(server.address());
        startApplication();
    }

    @AfterAll
    void stop() {
        context.close();
        pool.close();
        server.close();
    }

    @Test
    void anOperationEndsWhenTheAgentsFactIsStored() throws Exception {
        try (FakeAgent agent = connect("plain", 1, UUID.randomUUID())) {
            CompletableFuture<Reply> answer = openContext("plain");
            UUID operation = agent.instructed();
            agent.succeeded(2, operation);
            Reply reply = answer.get(15, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.text("operation")).isEqualTo(operation.toString());
            assertThat(reply.text("context")).isEqualTo("1-1");
            long position = reply.body().path("position").asLong();
            assertThat(context.getBean(EventLog.class)
                            .between(position - 1, position, 1)
                            .getFirst()
                            .type())
                    .isEqualTo("host.instruction-ended");
        }
    }

    @Test
    void aKernelThatTakesItsTimeIsPolledForAndSurvivesARestartOfTheCommandSide() throws Exception {
        UUID instance = UUID.randomUUID();
        String operation;
        try (FakeAgent agent = connect("slow", 1, instance)) {
            Reply reply = openContext("slow").get(20, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.text("outcome")).isEqualTo("pending");
            assertThat(reply.body().path("position").asLong(-1)).isPositive();
            operation = reply.text("operation");
            assertThat(agent.instructed()).hasToString(operation);
        }
        context.close();
        startApplication();
        try (FakeAgent agent = new FakeAgent(gateway, stream("slow", 1), instance)) {
            assertThat(agent.welcomed()).isEqualTo(2);
            assertThat(agent.instructed())
                    .as("asked again, for the agent to answer once")
                    .hasToString(operation);
            agent.succeeded(2, UUID.fromString(operation));
            awaitOutcome(operation, "succeeded");
        }
    }

    @Test
    void anOperationOfAnEpochThatIsOverEndsUnknown() throws Exception {
        CompletableFuture<Reply> answer;
        try (FakeAgent agent = connect("dying", 1, UUID.randomUUID())) {
            answer = openContext("dying");
            agent.instructed();
        }
        try (FakeAgent next = connect("dying", 2, UUID.randomUUID())) {
            Reply reply = answer.get(15, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text("type")).endsWith("outcome-unknown");
            assertThat(reply.text("outcome")).isEqualTo("unknown");
            assertThat(next.received).as("never sent to a later epoch").isEmpty();
        }
    }

    @Test
    void anOlderEpochAndAClonedAgentAreFenced() throws Exception {
        try (FakeAgent newer = connect("fenced", 5, UUID.randomUUID());
                FakeAgent older = new FakeAgent(gateway, stream("fenced", 4), UUID.randomUUID());
                FakeAgent clone = new FakeAgent(gateway, stream("fenced", 5), UUID.randomUUID())) {
            assertThat(older.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(older.end().getDescription()).contains("epoch 5 has taken over");
            assertThat(clone.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(clone.end().getDescription()).contains("another instance");
            assertThat(newer.ended).isNotDone();
        }
    }

    @Test
    void whatIsSentAgainStandsOnceAndAGapIsRefused() throws Exception {
        UUID instance = UUID.randomUUID();
        StreamId stream = stream("again", 1);
        try (FakeAgent agent = connect("again", 1, instance)) {
            agent.send(1, new EpochEnded(), new ContextOpenRequested(1), new EpochEnded());
            assertThat(agent.storedBelow(4)).isEqualTo(4);
            agent.send(0, new EpochEnded());
            assertThat(agent.storedBelow(4)).isEqualTo(4);
            agent.send(6, new EpochEnded());
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(agent.end().getDescription()).contains("wanted sequence 4, got 6");
        }
        assertThat(context.getBean(EventLog.class).lastSequence(stream)).isEqualTo(3);
        try (FakeAgent back = new FakeAgent(gateway, stream, instance)) {
            assertThat(back.welcomed()).isEqualTo(4);
        }
    }

    @Test
    void anAgentThatEndsWhatNobodyAskedForStopsNobodyElse() throws Exception {
        try (FakeAgent rogue = connect("rogue", 1, UUID.randomUUID());
                FakeAgent honest = connect("honest", 1, UUID.randomUUID())) {
            rogue.succeeded(2, UUID.randomUUID());
            rogue.storedBelow(3);
            CompletableFuture<Reply> answer = openContext("honest");
            honest.succeeded(2, honest.instructed());
            assertThat(answer.get(15, TimeUnit.SECONDS).status()).isEqualTo(201);
        }
    }

    @Test
    void aRecordThatLiesAboutItsPlaceIsRefused() throws Exception {
        try (FakeAgent agent = connect("liar", 1, UUID.randomUUID())) {
            agent.send(2);
            agent.storedBelow(2);
            agent.sendAs(2, 7, new EpochEnded());
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(context.getBean(EventLog.class).lastSequence(stream("liar", 1)))
                .isEqualTo(1);
    }

    @Test
    void aHostWhoseAgentHungUpIsNotAskedForAnything() throws Exception {
        try (FakeAgent agent = connect("gone", 1, UUID.randomUUID())) {
            assertThat(agent.ended).isNotDone();
        }
        long before = context.getBean(EventLog.class).head();
        Reply reply = openContext("gone").get(15, TimeUnit.SECONDS);
        while (reply.status() == 202) {
            // the server has not noticed yet that the line is dead
            before = context.getBean(EventLog.class).head();
            reply = openContext("gone").get(15, TimeUnit.SECONDS);
        }
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.text("type")).endsWith("agent-not-connected");
        assertThat(context.getBean(EventLog.class).head())
                .as("nothing half done")
                .isEqualTo(before);
    }

    private FakeAgent connect(String host, long epoch, UUID instance) {
        FakeAgent agent = new FakeAgent(gateway, stream(host, epoch), instance);
        assertThat(agent.welcomed()).isZero();
        return agent.begun(DEVICE);
    }

    private void awaitOutcome(String operation, String outcome) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Reply reply;
        do {
            reply = send(HttpRequest.newBuilder(uri("operations/" + operation)).GET())
                    .get(15, TimeUnit.SECONDS);
            assertThat(System.nanoTime()).as(reply.body().toString()).isLessThan(deadline);
        } while (!reply.text("outcome").equals(outcome));
    }

    private CompletableFuture<Reply> openContext(String host) {
        return send(
                HttpRequest.newBuilder(uri("hosts/" + host + "/contexts")).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private CompletableFuture<Reply> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(CommandSideTest::reply);
    }

    private static Reply reply(HttpResponse<String> response) {
        return new Reply(response.statusCode(), JSON.readTree(response.body()));
    }

    private URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/api/v1/" + path);
    }

    private void startApplication() {
        gateway = "gateway-" + UUID.randomUUID();
        context = new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "ledger.gateway.in-process=" + gateway)
                .initializers(fresh -> ((GenericApplicationContext) fresh)
                        .registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                .run();
    }

    private static StreamId stream(String host, long epoch) {
        return new StreamId(new HostId(host), epoch);
    }
}
