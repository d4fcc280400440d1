package io.iommuledger.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.iommuledger.agent.KilledAgent.Moment;
import io.iommuledger.agent.journal.Faults;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fault F1: SIGKILL of the agent's process at six moments around an ioctl, and its next start. */
@Tag("fault")
class KilledAgentTest {
    private static final int RUNS = Faults.count(1);
    private static final long RESOLVED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int KILLED = 137;

    @ParameterizedTest
    @EnumSource(Moment.class)
    void nothingAcknowledgedIsLostAndNoIntentStaysAlone(Moment moment, @TempDir Path directory) throws Exception {
        for (int run = 1; run <= RUNS; run++) {
            run(moment, Files.createDirectory(directory.resolve("state-" + run)));
        }
        Faults.borne("F1 agent killed at " + moment, RUNS, RUNS);
    }

    private static void run(Moment moment, Path state) throws Exception {
        AtomicBoolean silent = new AtomicBoolean(moment == Moment.BEFORE_ACKNOWLEDGEMENT);
        LedgerGateway gateway = new LedgerGateway() {
            @Override
            boolean acknowledges(List<RecordedFact> facts) {
                return !silent.get() || facts.stream().noneMatch(KilledAgentTest::isTheMap);
            }
        };
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(gateway)
                .build()
                .start();
        try {
            killed(state, server.getPort(), moment);
            List<byte[]> before = gateway.stored(1);
            assertThat(before).as("what the store had").hasSizeGreaterThan(10);
            silent.set(false);
            long started = System.nanoTime();
            next(state, server.getPort(), () -> unresolved(gateway).isEmpty());
            assertThat(System.nanoTime() - started).as("until all is told").isLessThan(RESOLVED_NANOS);
            assertThat(gateway.stored(1)).as("what the store had").startsWith(before.toArray(byte[][]::new));
            check(gateway, Files.readAllLines(state.resolve("calls")));
        } finally {
            server.shutdownNow();
        }
    }

    private static boolean isTheMap(RecordedFact recorded) {
        return recorded.fact() instanceof MapRequested map && map.iova().start() == KilledAgent.PAGE << 12;
    }

    private static void killed(Path state, int port, Moment moment) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledAgent.class.getName(),
                        state.toString(),
                        Integer.toString(port),
                        moment.name())
                .redirectErrorStream(true)
                .redirectOutput(state.resolve("output").toFile())
                .start();
        int end = process.waitFor();
        assertThat(end).as(Files.readString(state.resolve("output"))).isEqualTo(KILLED);
    }

    /** Runs the next start until a condition holds. */
    private static void next(Path state, int port, BooleanSupplier done) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        SimulatedHost machine = SimulatedHosts.lab();
        Agent agent = Agent.start(KilledAgent.settings(state), machine, machine, channel);
        try {
            assertThat(agent.stream()).isEqualTo(new StreamId(KilledAgent.HOST, 2));
            assertThat(agent.awaitStored(1, TimeUnit.MINUTES)).isTrue();
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (!done.getAsBoolean()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            for (PciAddress device : SimulatedHosts.labNames().values()) {
                assertThat(machine.standing(device)).isEmpty();
            }
        } finally {
            agent.close();
            channel.shutdownNow();
        }
    }

    private static List<Long> unresolved(LedgerGateway gateway) {
        List<Long> open = new ArrayList<>();
        for (RecordedFact recorded : gateway.facts(1)) {
            if (recorded.fact() instanceof Intent) {
                open.add(recorded.stamp().sequence());
            } else if (recorded.fact() instanceof Answer answer) {
                open.remove(answer.intent());
            }
        }
        for (RecordedFact recorded : gateway.facts(2)) {
            if (recorded.fact() instanceof IntentResolved resolved) {
                assertThat(resolved.epoch()).isEqualTo(1);
                assertThat(open.remove(resolved.sequence())).as("%s", resolved).isTrue();
            }
        }
        return open;
    }

    private static void check(LedgerGateway gateway, List<String> calls) {
        assertThat(gateway.breaches).isEmpty();
        assertThat(unresolved(gateway)).isEmpty();
        HostState history = new HostState(KilledAgent.HOST);
        for (long epoch = 1; epoch <= 2; epoch++) {
            List<RecordedFact> facts = gateway.facts(epoch);
            for (int i = 0; i < facts.size(); i++) {
                assertThat(facts.get(i).stamp().sequence()).isEqualTo(i);
                history.evolve(new StreamId(KilledAgent.HOST, epoch), facts.get(i));
            }
        }
        assertThat(history.mappings()).as("what the fold says still stands").isEmpty();
        assertThat(gateway.facts(1))
                .filteredOn(recorded -> recorded.fact() instanceof MapRequested)
                .extracting(recorded ->
                        Long.toString(((MapRequested) recorded.fact()).iova().start()))
                .as("durable intents of the calls that reached the kernel")
                .containsAll(calls);
    }
}
