package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Status;
import io.iommuledger.command.enrolment.Enrolments;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two command sides on one database: one is active, the other says which, and takes its place. */
class StandbyTest {
    private static final StreamId STREAM = new StreamId(new HostId("rack7"), 1);

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aStandbyRefusesNamingTheLeaderAndGoesOnInItsPlace(@TempDir Path directory) throws Exception {
        UUID instance = UUID.randomUUID();
        try (EmbeddedServer server = EmbeddedServer.start(directory);
                HikariDataSource firstPool = Database.open(server.address());
                HikariDataSource secondPool = Database.open(server.address());
                ConfigurableApplicationContext first = start(firstPool, "first");
                ConfigurableApplicationContext second = start(secondPool, "second")) {
            UUID operation;
            enrol(first);
            try (FakeAgent refused = new FakeAgent("second", FakeAgent.As.agent(STREAM, instance))) {
                assertThat(refused.end().getCode()).as("to be dialled again").isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(refused.end().getDescription()).contains("ask first");
            }
            try (FakeAgent agent = new FakeAgent("first", FakeAgent.As.agent(STREAM, instance))) {
                assertThat(agent.welcomed()).isZero();
                agent.begun(CommandSideRig.DEVICE, -1);
                HttpResponse<String> answer = openContext(second).get(15, TimeUnit.SECONDS);
                JsonNode problem = new JsonMapper().readTree(answer.body());
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(problem.path("type").asString()).endsWith("not-leader");
                assertThat(problem.path("leader").asString()).isEqualTo("first");

                var _ = openContext(first);
                operation = agent.instructed();
                end(first);
                assertThat(agent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }
            awaitLead(second);
            try (FakeAgent agent = new FakeAgent("second", FakeAgent.As.agent(STREAM, instance))) {
                assertThat(agent.welcomed()).isEqualTo(2);
                assertThat(agent.instructed())
                        .as("asked again by the new leader")
                        .isEqualTo(operation);
                agent.succeeded(2, operation);
                CompletableFuture<HttpResponse<String>> next = openContext(second);
                agent.storedBelow(3);
                agent.succeeded(3, agent.instructed());
                assertThat(next.get(15, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
            }
        }
    }

    private static void enrol(ConfigurableApplicationContext at) {
        at.getBean(Enrolments.class)
                .change(
                        STREAM.host(),
                        (now, nanos) ->
                                now.enrol(TestKey.USUAL.known().fingerprint(), PrincipalRef.of("operator"), nanos));
    }

    private CompletableFuture<HttpResponse<String>> openContext(ConfigurableApplicationContext at) {
        String port = at.getEnvironment().getProperty("local.server.port");
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/hosts/rack7/contexts"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static void end(ConfigurableApplicationContext side) {
        side.close();
    }

    private static void awaitLead(ConfigurableApplicationContext context) throws InterruptedException {
        Appender appender = context.getBean(Appender.class);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!appender.leads()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static ConfigurableApplicationContext start(DataSource pool, String name) {
        return new SpringApplicationBuilder(CommandSideRig.Application.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "ledger.advertise=" + name,
                        "ledger.gateway.in-process=" + name)
                .initializers(fresh -> ((GenericApplicationContext) fresh)
                        .registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                .run();
    }
}
