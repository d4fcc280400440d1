package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.iommuledger.agent.Agent;
import io.iommuledger.agent.SimulatedMachines;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.command.CommandSide;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Server.Side;
import io.iommuledger.web.Conventions;
import io.iommuledger.web.LoopbackGuard;
import io.iommuledger.web.ProblemAdvice;
import io.iommuledger.web.TomcatRefusals;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/** The command side's REST service with the agent of a simulated host, on a store of one's choice. */
final class CommandService implements AutoCloseable {
    private static final String HOST = "bench";
    private static final long PATIENCE_SECONDS = 30;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({CommandSide.class, Conventions.class, LoopbackGuard.class, ProblemAdvice.class, TomcatRefusals.class})
    static class Application {}

    private final ConfigurableApplicationContext context;
    private final ManagedChannel channel;
    private final Agent agent;

    private CommandService(ConfigurableApplicationContext context, ManagedChannel channel, Agent agent) {
        this.context = context;
        this.channel = channel;
        this.agent = agent;
    }

    /** @param beans Axon's configuration, event store and all that they need */
    static CommandService start(Store store, HikariDataSource pool, Class<?> beans)
            throws IOException, InterruptedException {
        Path state = store.directory().resolve("agent");
        enrol(store, AgentKey.in(state).known().fingerprint());
        String gateway = "bench-" + UUID.randomUUID();
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, beans)
                .registerShutdownHook(false)
                .properties("server.port=0", "server.address=127.0.0.1", "ledger.gateway.in-process=" + gateway)
                .initializers(fresh -> ((GenericApplicationContext) fresh)
                        .registerBean(DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                .run();
        ManagedChannel channel = InProcessChannelBuilder.forName(gateway).build();
        SimulatedHost machine = SimulatedMachines.demo(HOST, state);
        Agent agent =
                Agent.start(new Agent.Settings(new HostId(HOST), state, Policies.DEFAULT), machine, machine, channel);
        CommandService service = new CommandService(context, channel, agent);
        if (!agent.awaitStored(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            service.close();
            throw new IOException("the simulated host's agent did not get through to the store");
        }
        return service;
    }

    /** Enrolments are read from our log, whatever the service's engine is. */
    private static void enrol(Store store, Fingerprint fingerprint) throws IOException {
        try (Server server = Server.start(new Server.Settings(
                Set.of(Side.COMMAND), store.address(), Server.Rest.local(), "127.0.0.1:0", "", ""))) {
            server.enrol(new HostId(HOST), fingerprint);
        }
    }

    /** Where contexts are opened. */
    URI contexts() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port")
                + "/api/v1/hosts/" + HOST + "/contexts");
    }

    @Override
    public void close() {
        agent.close();
        channel.shutdownNow();
        context.close();
    }
}
