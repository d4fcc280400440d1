package io.iommuledger.command.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.command.CommandSide;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.StoreBeans;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Commands that are handled at once share a transaction, and hold no connection while they wait for it. */
class GroupCommitTest {
    private static final int COMMANDS = 256;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({StoreBeans.class, CommandSide.class})
    static class Application {}

    @Test
    void commandsThatWaitHoldNoConnectionAndShareOneTransaction(@TempDir Path directory) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(directory);
                HikariDataSource pool = Database.open(server.address());
                ConfigurableApplicationContext context = startOnALogThatWasBegun(pool);
                Connection owner = owner(server);
                Statement statement = owner.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(10);
            Appender appender = context.getBean(Appender.class);
            owner.setAutoCommit(false);
            statement.execute("LOCK TABLE event IN EXCLUSIVE MODE");
            CompletableFuture<Long> before = appender.append(List.of(event("plug")));
            await(() -> appender.waiting() == 0);
            List<Future<?>> handled = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                handled.add(threads.submit(() -> request(context.getBean(CommandGateway.class))));
            }
            await(() -> appender.waiting() == COMMANDS);
            // The event processors of the process look for events now and then.
            await(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
            assertThat(before).isNotDone();
            owner.rollback();
            for (Future<?> each : handled) {
                each.get(20, TimeUnit.SECONDS);
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT count(*), count(DISTINCT xmin::text) FROM event WHERE stream LIKE 'operation/%'")) {
                row.next();
                assertThat(row.getLong(1)).isEqualTo(COMMANDS);
                assertThat(row.getLong(2)).as("transactions").isEqualTo(1);
            }
            JdbcClient jdbc = context.getBean(JdbcClient.class);
            await(() -> jdbc.sql("SELECT count(*) FROM open_operation")
                            .query(Long.class)
                            .single()
                    == COMMANDS);
        }
    }

    private static Object request(CommandGateway commands) {
        UUID operation = UUID.randomUUID();
        return commands.sendAndWait(new RequestOperation(
                OperationAggregate.streamOf(operation),
                new OperationRequested(
                        operation,
                        new StreamId(new HostId("rack7"), 1),
                        "principal",
                        new Instruction.OpenContext(),
                        0)));
    }

    /** The operation process has no token yet, and is to begin with the first event all the same. */
    private static ConfigurableApplicationContext startOnALogThatWasBegun(HikariDataSource pool) throws Exception {
        try (Appender before = new Appender(
                () -> DriverManager.getConnection(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword()),
                "before")) {
            before.start();
            before.append(List.of(event("begun"))).get();
        }
        return start(pool);
    }

    private static NewEvent event(String stream) {
        return new NewEvent(stream, 0, null, "test.event", null, 0, UUID.randomUUID(), new byte[0], null, null);
    }

    private static ConfigurableApplicationContext start(DataSource pool) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "ledger.gateway.in-process=group-commit")
                .initializers(fresh -> ((GenericApplicationContext) fresh)
                        .registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                .run();
    }

    private static Connection owner(EmbeddedServer server) throws Exception {
        Database.Login owner = server.address().owner().orElseThrow();
        return DriverManager.getConnection(server.address().url(), owner.user(), owner.password());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
