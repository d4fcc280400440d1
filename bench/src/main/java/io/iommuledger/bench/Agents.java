package io.iommuledger.bench;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.uplink.Gateways;
import io.iommuledger.agent.uplink.Identity;
import io.iommuledger.agent.uplink.Uplink;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sending half of several hosts' agents: journals, and real uplinks to a gateway over gRPC. */
final class Agents implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 300;

    /** How an operator lets a key speak for a host. */
    interface Enroller {
        void enrol(HostId host, Fingerprint fingerprint) throws Exception;
    }

    private record Agent(MapHistory history, Journal journal, ManagedChannel channel, Uplink uplink) {}

    private final List<Agent> all = new ArrayList<>();

    /** Nobody dials yet. */
    Agents(Path directory, List<MapHistory> hosts, int gatewayPort, Enroller operator) throws Exception {
        for (MapHistory history : hosts) {
            long epoch = history.stream().epoch();
            Journal journal = Journals.beginWithoutKeeping(
                    directory.resolve(history.stream().host().value()), epoch, history.instance());
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", gatewayPort)
                    .usePlaintext()
                    .build();
            AgentKey key = AgentKey.fresh();
            operator.enrol(history.stream().host(), key.known().fingerprint());
            Uplink uplink = new Uplink(
                    Gateways.of(channel),
                    new Identity(history.stream().host(), MapHistory.MACHINE_ID, key),
                    journal,
                    HostClock.system(),
                    (operation, instruction, expiry) -> {});
            all.add(new Agent(history, journal, channel, uplink));
        }
    }

    /** Makes as many facts durable on each host. */
    void record(int facts) {
        for (Agent agent : all) {
            for (int i = 0; i < facts; i++) {
                Journals.append(agent.journal(), agent.history().next());
            }
            agent.journal().sync();
        }
    }

    void dial() {
        all.forEach(agent -> agent.uplink().start());
    }

    /** Returns when the store has acknowledged everything. */
    void awaitStored() throws InterruptedException {
        for (Agent agent : all) {
            if (!agent.uplink().drain(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the store did not take the facts of " + agent.history().stream()
                        + " within " + PATIENCE_SECONDS + " s");
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Agent agent : all) {
            agent.uplink().close();
            agent.channel().shutdownNow();
            agent.journal().close();
        }
    }
}
