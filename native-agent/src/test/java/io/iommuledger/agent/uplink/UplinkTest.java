package io.iommuledger.agent.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.OperationProto;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class UplinkTest {

    private static final int BATCH = 1_000;

    /** The most facts that may wait for their acknowledgement, and the last batch may go beyond by all but one. */
    private static final int WINDOW = 4 * BATCH;

    private record Told(UUID operation, Instruction instruction, long expiryNanos) {}

    /** Ends the call at some batches, before or after they are stored, and otherwise may keep silent. */
    private static final class Moody extends FakeGateway {
        private final Random mood;
        private int breaks = 8;

        Moody(long seed) {
            mood = new Random(seed);
        }

        @Override
        boolean acknowledgesWhenQuiet() {
            return true;
        }

        @Override
        Fate fate(FactBatch batch) {
            int chance = mood.nextInt(6);
            if (breaks > 0 && chance < 2) {
                breaks--;
                return chance == 0 ? Fate.BROKEN : Fate.STORED_THEN_BROKEN;
            }
            return chance == 2 && breaks > 0 ? Fate.STORED : Fate.STORED_AND_ACKNOWLEDGED;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void factsArriveInOrderAndOnceHoweverOftenTheCallBreaks(long seed) throws Exception {
        Moody gateway = new Moody(seed);
        try (Line line = new Line(gateway)) {
            line.record(6_000);
            List<ByteString> recorded = line.recorded();
            line.uplink.start();
            line.awaitAllStored();
            line.record(500);
            line.awaitAllStored();
            assertThat(gateway.breaches).isEmpty();
            assertThat(gateway.stored).hasSize(6_500).startsWith(recorded.toArray(ByteString[]::new));
            assertThat(gateway.hellos).hasSizeGreaterThan(1).allSatisfy(hello -> {
                assertThat(hello.getHost()).isEqualTo("lab");
                assertThat(hello.getEpoch()).isEqualTo(3);
                assertThat(hello.getInstance()).isEqualTo(Wire.bytes(Line.INSTANCE));
            });
        }
    }

    @Test
    void factsThatAreRecordedWhileTheCallIsOpenFollowAtOnce() throws Exception {
        FakeGateway gateway = new FakeGateway();
        try (Line line = new Line(gateway)) {
            line.uplink.start();
            for (int i = 0; i < 100; i++) {
                line.record(1);
                line.awaitAllStored();
            }
            assertThat(gateway.breaches).isEmpty();
            assertThat(gateway.hellos).hasSize(1);
        }
    }

    @Test
    void aRefusalAsFailedPreconditionFencesTheAgentWhichDialsNoMore() throws Exception {
        FakeGateway gateway = new FakeGateway() {
            @Override
            Optional<Status> refusal(Hello hello) {
                return Optional.of(Status.FAILED_PRECONDITION.withDescription("epoch 4 has begun"));
            }
        };
        try (Line line = new Line(gateway)) {
            line.record(3);
            line.uplink.start();
            assertThat(line.uplink.fenced().await(30, TimeUnit.SECONDS)).isTrue();
            line.record(3);
            assertThat(line.uplink.drain(0, TimeUnit.SECONDS)).isFalse();
            assertThat(line.sent).as("Hello and proof").hasValue(2);
            assertThat(gateway.hellos).hasSize(1);
        }
    }

    @Test
    void aNewerEpochFencesAnAgentInTheMiddleOfItsCall() throws Exception {
        FakeGateway gateway = new FakeGateway();
        try (Line line = new Line(gateway)) {
            line.record(3);
            line.uplink.start();
            line.awaitAllStored();
            assertThat(line.uplink.fenced().getCount()).isOne();
            gateway.end(Status.FAILED_PRECONDITION);
            assertThat(line.uplink.fenced().await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aStoreThatHasOtherFactsThanWereRecordedHasThoseOfACopyAndNothingMoreIsSent() throws Exception {
        FakeGateway gateway = new FakeGateway();
        AtomicReference<String> fenced = new AtomicReference<>("");
        InstructionHandler handler = new InstructionHandler() {
            @Override
            public void instructed(UUID operation, Instruction instruction, long expiryNanos) {
                throw new AssertionError("nothing is instructed");
            }

            @Override
            public void fenced(String why) {
                fenced.set(why);
            }
        };
        try (Line line = new Line(gateway, handler)) {
            line.record(3);
            gateway.stored.addAll(line.recorded().subList(0, 2));
            gateway.stored.set(1, ByteString.copyFromUtf8("of the copy"));
            line.uplink.start();
            assertThat(line.uplink.fenced().await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.diverged)
                    .singleElement()
                    .satisfies(
                            diverged -> assertThat(diverged.getNextSequence()).isEqualTo(3));
            assertThat(fenced.get()).contains("diverged");
            assertThat(gateway.stored).hasSize(2);
            assertThat(line.journal.log().firstUnstored()).as("kept").isZero();
        }
    }

    @Test
    void aStoreThatHasMoreThanWasRecordedHasThatOfACopy() throws Exception {
        FakeGateway gateway = new FakeGateway();
        try (Line line = new Line(gateway)) {
            line.record(2);
            gateway.stored.addAll(line.recorded());
            gateway.stored.add(ByteString.copyFromUtf8("of the copy"));
            line.uplink.start();
            assertThat(line.uplink.fenced().await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.diverged).hasSize(1);
        }
    }

    @Test
    void anAgentThatIsDeniedKeepsItsJournalAndDialsAgainUntilItIsNot() throws Exception {
        AtomicBoolean enrolled = new AtomicBoolean();
        FakeGateway gateway = new FakeGateway() {
            @Override
            Optional<Status> refusal(Hello hello) {
                return enrolled.getAndSet(true)
                        ? Optional.empty()
                        : Optional.of(Status.PERMISSION_DENIED.withDescription("no key is enrolled"));
            }
        };
        try (Line line = new Line(gateway)) {
            line.record(3);
            line.uplink.start();
            line.awaitAllStored();
            assertThat(line.uplink.fenced().getCount()).isOne();
            assertThat(gateway.hellos.stream().map(Hello::getSession)).containsExactly(1L, 2L);
            assertThat(gateway.breaches).isEmpty();
        }
    }

    @Test
    void aGatewayThatKeepsSilentGetsNoMoreThanTheWindowAndAllOfIt() throws Exception {
        int all = 10_000;
        FakeGateway gateway = new FakeGateway() {
            @Override
            Fate fate(FactBatch batch) {
                long inFlight = batch.getFirstSequence() + batch.getRecordsCount() - acknowledged();
                if (inFlight >= WINDOW + BATCH) {
                    breaches.add("in flight=" + inFlight);
                }
                return Fate.STORED;
            }
        };
        try (Line line = new Line(gateway)) {
            line.record(all);
            line.uplink.start();
            for (int acknowledged = 0; acknowledged < all; ) {
                int full = Math.min(all, acknowledged + WINDOW);
                Line.await("a full window", () -> gateway.size() >= full);
                acknowledged = gateway.size();
                gateway.acknowledge(acknowledged);
            }
            line.awaitAllStored();
            assertThat(gateway.breaches).isEmpty();
        }
    }

    @Test
    void aGatewayThatAsksForNothingGetsNothingAndAllOnceItAsks() throws Exception {
        FakeGateway gateway = new FakeGateway() {
            @Override
            void opened(ServerCallStreamObserver<GatewayMessage> call) {
                call.disableAutoRequest();
                call.request(2);
            }
        };
        List<Told> told = new CopyOnWriteArrayList<>();
        try (Line line = new Line(gateway, (id, what, expiry) -> told.add(new Told(id, what, expiry)))) {
            line.record(10_000);
            line.uplink.start();
            Line.await("a Hello and its proof", () -> line.sent.get() >= 2);
            Line.await("a call", () -> !gateway.hellos.isEmpty());
            gateway.instruct(new UUID(1, 1), new Instruction.OpenContext(), 0);
            Line.await("the Welcome, which comes before the instruction", () -> !told.isEmpty());
            assertThat(line.sent).as("with the answer to it").hasValue(3);
            gateway.request(1_000_000);
            line.awaitAllStored();
            assertThat(gateway.breaches).isEmpty();
        }
    }

    @Test
    void instructionsComeThroughInOrderAndOneThatIsNotUnderstoodStopsNothing() throws Exception {
        FakeGateway gateway = new FakeGateway();
        List<Told> told = new CopyOnWriteArrayList<>();
        try (Line line = new Line(gateway, (id, what, expiry) -> told.add(new Told(id, what, expiry)))) {
            line.record(1);
            line.uplink.start();
            line.awaitAllStored();
            Instruction close = new Instruction.CloseContext(new ContextId(3, 1));
            gateway.instruct(new UUID(1, 1), new Instruction.OpenContext(), 17);
            gateway.instruct(new UUID(2, 2), OperationProto.Instruction.getDefaultInstance(), 18);
            gateway.instruct(new UUID(3, 3), close, -1);
            Line.await("two instructions", () -> told.size() == 2);
            assertThat(told)
                    .containsExactly(
                            new Told(new UUID(1, 1), new Instruction.OpenContext(), 17),
                            new Told(new UUID(3, 3), close, -1));
            line.record(1);
            line.awaitAllStored();
            assertThat(gateway.hellos).hasSize(1);
        }
    }

    @Test
    void anAgentWithNothingToSaySaysUpToWhereThatIsTrue() throws Exception {
        FakeGateway gateway = new FakeGateway();
        try (Line line = new Line(gateway)) {
            line.record(5);
            line.uplink.start();
            line.awaitAllStored();
            Line.await("a watermark", () -> {
                synchronized (gateway) {
                    return !gateway.watermarks.isEmpty();
                }
            });
            assertThat(gateway.watermarks.getFirst().getNextSequence()).isEqualTo(5);
        }
    }

    @Test
    void aCommandSideThatFallsSilentIsLeftWithinFiveSeconds() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        FakeGateway gateway = new FakeGateway() {
            @Override
            boolean saysThatItIsThere() {
                return !first.getAndSet(false);
            }
        };
        try (Line line = new Line(gateway)) {
            line.uplink.start();
            line.record(3);
            line.awaitAllStored();
            long silentSince = System.nanoTime();
            Line.await("a second call", () -> gateway.hellos() == 2);
            assertThat(Duration.ofNanos(System.nanoTime() - silentSince)).isLessThan(Duration.ofSeconds(6));
            line.record(3);
            line.awaitAllStored();
            TimeUnit.SECONDS.sleep(6);
            assertThat(gateway.hellos())
                    .as("one that says that it is there stays")
                    .isEqualTo(2);
        }
    }

    @Test
    void anAddressThatCannotBeDialledDoesNotKeepFromTheNext() throws Exception {
        FakeGateway gateway = new FakeGateway();
        Function<ManagedChannel, Gateways> behindABadOne = channel -> {
            Map<String, ManagedChannel> byAddress = new LinkedHashMap<>();
            byAddress.put("bad:1", new BrokenChannel());
            byAddress.put("good:2", channel);
            return Gateways.of(byAddress);
        };
        try (Line line = new Line(gateway, (operation, instruction, expiry) -> {}, behindABadOne)) {
            line.record(3);
            line.uplink.start();
            line.awaitAllStored();
            assertThat(gateway.hellos()).isEqualTo(1);
        }
    }

    @Test
    void closingEndsTheCallInOrder() throws Exception {
        FakeGateway gateway = new FakeGateway();
        try (Line line = new Line(gateway)) {
            line.record(1);
            line.uplink.start();
            line.awaitAllStored();
            line.uplink.close();
            Line.await("the end of the call", () -> {
                synchronized (gateway) {
                    return gateway.completed == 1;
                }
            });
        }
    }
}
