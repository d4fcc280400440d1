package io.iommuledger.agent.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GatewaysTest {
    /** In which gRPC alone would have connected some eight times: each time it waits for longer. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int CONNECTIONS = 20;

    private static Gateways gateways(String... addresses) {
        Map<String, ManagedChannel> channels = new LinkedHashMap<>();
        for (String address : addresses) {
            channels.put(address, InProcessChannelBuilder.forName(address).build());
        }
        return Gateways.of(channels);
    }

    @Test
    void theyAreTriedInTurnAndThenItIsTimeToWait() {
        Gateways gateways = gateways("a:1", "b:2", "c:3");
        assertThat(gateways.next(Optional.empty())).isFalse();
        assertThat(gateways.address()).isEqualTo("b:2");
        assertThat(gateways.next(Optional.empty())).isFalse();
        assertThat(gateways.address()).isEqualTo("c:3");
        assertThat(gateways.next(Optional.empty())).isTrue();
        assertThat(gateways.address()).isEqualTo("a:1");
        assertThat(gateways.next(Optional.empty())).as("a new round").isFalse();
    }

    @Test
    void aLeaderThatIsNamedIsNextByItsAddressOrItsMachineIfItIsKnown() {
        Gateways gateways = gateways("a:1", "b:2", "c:3");
        gateways.next(Optional.of("c:3"));
        assertThat(gateways.address()).isEqualTo("c:3");
        gateways.welcomed();
        gateways.next(Optional.of("b"));
        assertThat(gateways.address()).isEqualTo("b:2");
        gateways.welcomed();
        gateways.next(Optional.of("evil:9"));
        assertThat(gateways.address())
                .as("nobody makes an agent dial where it was not told to")
                .isEqualTo("c:3");
    }

    @Test
    void aMachineWithTwoOfThemSaysNotWhich() {
        Gateways gateways = gateways("a:1", "b:2", "b:3");
        gateways.next(Optional.of("b:8080"));
        assertThat(gateways.address()).isEqualTo("b:2");
        gateways.next(Optional.of("b:8080"));
        assertThat(gateways.address()).as("the next one in turn").isEqualTo("b:3");
    }

    @Test
    void whereThereIsOnlyOneItIsAlwaysTimeToWait() {
        Gateways gateways = gateways("a:1");
        assertThat(gateways.next(Optional.of("b"))).isTrue();
        assertThat(gateways.next(Optional.empty())).isTrue();
        assertThat(gateways.address()).isEqualTo("a:1");
    }

    /** gRPC alone would wait for up to two minutes, and answer from memory meanwhile. */
    @Test
    void whoDialsConnectsHoweverOftenItFailedBefore() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket nobody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> hangUp(nobody, connections));
            ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                            "127.0.0.1", nobody.getLocalPort(), InsecureChannelCredentials.create())
                    .build();
            try {
                Gateways gateways = Gateways.of(channel);
                // A dial that comes while the former one is being cleared away may still fail without one.
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (connections.get() < CONNECTIONS && System.nanoTime() - deadline < 0) {
                    assertThat(end(gateways.channel())).isEqualTo(Status.Code.UNAVAILABLE);
                    gateways.afresh();
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                assertThat(connections).hasValueGreaterThanOrEqualTo(CONNECTIONS);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static void hangUp(ServerSocket nobody, AtomicInteger connections) {
        try {
            while (true) {
                Socket caller = nobody.accept();
                connections.incrementAndGet();
                caller.close();
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static Status.Code end(ManagedChannel channel) throws Exception {
        CompletableFuture<Status.Code> end = new CompletableFuture<>();
        AgentGatewayGrpc.newStub(channel).connect(new StreamObserver<GatewayMessage>() {
            @Override
            public void onNext(GatewayMessage message) {}

            @Override
            public void onError(Throwable failed) {
                end.complete(Status.fromThrowable(failed).getCode());
            }

            @Override
            public void onCompleted() {
                end.complete(Status.Code.OK);
            }
        });
        return end.get(60, TimeUnit.SECONDS);
    }
}
