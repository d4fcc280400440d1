package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.iommuledger.command.FakeAgent.As;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What those can do who reach the gateway and are nobody's agents. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrangersTest {
    private static final int MOST = 100;

    private CommandSideRig rig;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    void start(@TempDir Path directory) {
        rig = new CommandSideRig(directory);
        log.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(log);
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @Test
    void madeUpHostsFillTheLogOnlyUpToABoundAndAnAcknowledgedAlarmMakesRoom() throws Exception {
        rig.enrol("ours", TestKey.USUAL);
        for (int n = 0; n < MOST + 20; n++) {
            knock("stranger-" + n);
        }
        assertThat(waiting()).isEqualTo(MOST);
        long head = rig.log().head();
        knock("stranger-" + (MOST + 1));
        assertThat(rig.log().head()).as("nothing is stored any more").isEqualTo(head);
        assertThat(said("wait with open alarms")).isEqualTo(1);

        knock("ours");
        assertThat(rig.alarms("ours")).as("a host that is ours is told of").hasSize(1);

        assertThat(rig.post("alarms/stranger-7.a1/acknowledgement", "").join().status())
                .isEqualTo(200);
        await("room", () -> {
            knock("late");
            return !rig.alarms("late").isEmpty();
        });
        assertThat(waiting()).isEqualTo(MOST);
        knock("later");
        assertThat(rig.alarms("later")).isEmpty();
    }

    @Test
    void aHostNameOfAnyLengthIsShownCut() throws Exception {
        CompletableFuture<Status> ended =
                say(Hello.newBuilder().setHost("h".repeat(70_000)).build());
        Status status = ended.get(20, TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("70000 characters").hasSizeLessThan(300);
    }

    @Test
    void aHelloBeyondAllMeasureIsRefusedWithoutAStackTrace() throws Exception {
        CompletableFuture<Status> ended = say(Hello.newBuilder()
                .setHost("h")
                .setPublicKey(ByteString.copyFrom(new byte[3 << 20]))
                .build());
        assertThat(ended.get(20, TimeUnit.SECONDS).isOk()).isFalse();
        assertThat(List.copyOf(log.list))
                .filteredOn(line -> line.getThrowableProxy() != null)
                .isEmpty();
    }

    @Test
    void aMachineIdThatIsNoneIsRefused() throws Exception {
        try (FakeAgent agent = rig.dial(as("machine").on("a\nb"))) {
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(agent.end().getDescription()).contains("no machine id: 'a\\u000ab'");
        }
    }

    @Test
    void whoConnectsAndSaysNothingIsSentAway() throws Exception {
        ManagedChannel channel = channel();
        try {
            long began = System.nanoTime();
            CompletableFuture<Status> silent = new CompletableFuture<>();
            CompletableFuture<Status> halfway = new CompletableFuture<>();
            StreamObserver<AgentMessage> nothing =
                    AgentGatewayGrpc.newStub(channel).connect(new Ending(silent));
            StreamObserver<AgentMessage> hello =
                    AgentGatewayGrpc.newStub(channel).connect(new Ending(halfway));
            hello.onNext(
                    AgentMessage.newBuilder().setHello(as("silent").hello()).build());
            try (FakeAgent agent = rig.connect("quiet", 1, UUID.randomUUID())) {
                for (CompletableFuture<Status> each : List.of(silent, halfway)) {
                    assertThat(each.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(15));
                assertThat(agent.ended).as("one that has joined").isNotDone();
                assertThat(agent.signsOfLife.await(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(nothing).isNotNull();
        } finally {
            channel.shutdownNow();
        }
    }

    private void knock(String host) {
        try (FakeAgent stranger = rig.dialUnknown(as(host).with(TestKey.fresh()))) {
            assertThat(stranger.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Status> say(Hello hello) {
        ManagedChannel channel = channel();
        CompletableFuture<Status> ended = new CompletableFuture<>();
        AgentGatewayGrpc.newStub(channel)
                .connect(new Ending(ended))
                .onNext(AgentMessage.newBuilder().setHello(hello).build());
        return ended.whenComplete((status, failure) -> channel.shutdown());
    }

    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", rig.gatewayPort())
                .usePlaintext()
                .build();
    }

    private long waiting() {
        return rig.jdbc()
                .sql("SELECT count(DISTINCT stream) FROM event_log r WHERE type = 'enrolment.alarm-raised'"
                        + " AND (stream LIKE 'enrolment/stranger-%' OR stream LIKE 'enrolment/late%')"
                        + " AND NOT EXISTS (SELECT FROM event_log a WHERE a.stream = r.stream"
                        + " AND a.type = 'enrolment.alarm-acknowledged')")
                .query(Long.class)
                .single();
    }

    private long said(String part) {
        return List.copyOf(log.list).stream()
                .filter(line -> line.getFormattedMessage().contains(part))
                .count();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
        }
    }

    private static As as(String host) {
        return As.agent(CommandSideRig.stream(host, 1), UUID.randomUUID());
    }

    private record Ending(CompletableFuture<Status> status) implements StreamObserver<GatewayMessage> {

        @Override
        public void onNext(GatewayMessage message) {
            // only its end counts
        }

        @Override
        public void onError(Throwable failure) {
            status.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            status.complete(Status.OK);
        }
    }
}
