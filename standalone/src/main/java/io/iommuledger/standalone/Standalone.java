package io.iommuledger.standalone;

import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.iommuledger.agent.Agent;
import io.iommuledger.agent.SimulatedMachines;
import io.iommuledger.agent.host.Checkpoint;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.workload.LivingWorkload;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Server.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The whole product in one process. Closing it ends the agent first and PostgreSQL last. */
public final class Standalone implements AutoCloseable {

    /** What the agent of this process drives. */
    public enum Machine {
        /** The simulated demo machine with something going on. */
        LIVING,
        /** The simulated demo machine, left alone. */
        IDLE,
        /** None: agents dial in from elsewhere. */
        NONE
    }

    /**
     * @param gatewayListen {@code HOST:PORT} for agents of other hosts; empty for none
     * @param policies      of this process's own agent
     * @param sealed        no instruction relaxes them
     * @param signing       of the log, with the key in the data's directory, wherever it says
     * @param auditReads    whether who reads is recorded
     */
    public record Settings(
            Path data,
            Server.Rest rest,
            String gatewayListen,
            Machine machine,
            Policies policies,
            boolean sealed,
            Server.Signing signing,
            boolean auditReads) {
        public Settings(Path data, Server.Rest rest, String gatewayListen, Machine machine) {
            this(data, rest, gatewayListen, machine, Policies.DEFAULT, false);
        }

        public Settings(
                Path data, Server.Rest rest, String gatewayListen, Machine machine, Policies policies, boolean sealed) {
            this(data, rest, gatewayListen, machine, policies, sealed, Server.Signing.NONE, false);
        }
    }

    private static final long INVENTORY_SECONDS = 30;

    private record LocalAgent(Agent agent, SimulatedHost machine, ManagedChannel channel) {}

    private final EmbeddedServer postgres;
    private final Server server;
    private final Optional<LocalAgent> local;

    private Standalone(EmbeddedServer postgres, Server server, Optional<LocalAgent> local) {
        this.postgres = postgres;
        this.server = server;
        this.local = local;
    }

    public static Standalone start(Settings settings) throws IOException {
        EmbeddedServer postgres = EmbeddedServer.start(settings.data());
        try {
            return start(settings, postgres);
        } catch (IOException | RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    private static Standalone start(Settings settings, EmbeddedServer postgres) throws IOException {
        String gatewayName = "gateway-" + UUID.randomUUID();
        Server server = Server.start(new Server.Settings(
                EnumSet.allOf(Side.class),
                postgres.address(),
                settings.rest(),
                settings.gatewayListen(),
                gatewayName,
                "",
                settings.signing().at(settings.data().resolve("log")),
                new Server.Audited(settings.auditReads(), List.of())));
        try {
            Optional<LocalAgent> local = settings.machine() == Machine.NONE
                    ? Optional.empty()
                    : Optional.of(agent(settings, server, gatewayName));
            return new Standalone(postgres, server, local);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Runs once if PostgreSQL ends by itself. */
    public void onDatabaseDeath(Runnable task) {
        postgres.onDeath(task);
    }

    public Server server() {
        return server;
    }

    /** Where its log and its rows are. */
    Database.Address database() {
        return postgres.address();
    }

    /** The simulated machine, to look at it from its devices' side. */
    public SimulatedHost machine() {
        return local.orElseThrow().machine();
    }

    @Override
    public void close() {
        local.ifPresent(running -> {
            running.agent().close();
            running.channel().shutdown();
        });
        server.close();
        postgres.close();
    }

    private static LocalAgent agent(Settings settings, Server server, String gatewayName) throws IOException {
        Path state = settings.data().resolve("agent");
        // Both are this process's own: there is nobody else to compare fingerprints.
        server.enrol(
                new HostId(SimulatedMachines.HOST), AgentKey.in(state).known().fingerprint());
        SimulatedHost machine = SimulatedMachines.demo(SimulatedMachines.HOST, state);
        ManagedChannel channel = InProcessChannelBuilder.forName(gatewayName).build();
        Agent agent = Agent.start(
                new Agent.Settings(
                        new HostId(SimulatedMachines.HOST),
                        state,
                        Journal.Settings.DEFAULT,
                        settings.policies(),
                        settings.sealed(),
                        Checkpoint.NONE),
                machine,
                machine,
                channel);
        awaitInventory(agent);
        if (settings.machine() == Machine.LIVING) {
            LivingWorkload.start(agent);
        }
        return new LocalAgent(agent, machine, channel);
    }

    /** Until the command side knows the machine's devices, it would deny them. */
    private static void awaitInventory(Agent agent) throws IOException {
        try {
            if (!agent.awaitStored(INVENTORY_SECONDS, TimeUnit.SECONDS)) {
                agent.close();
                throw new IOException("the simulated machine's agent did not get through to the store");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
