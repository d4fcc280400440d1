package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.InstructionCodec;
import io.iommuledger.protocol.InstructionPieces;
import io.iommuledger.protocol.Parts;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.Diverged;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.GatewayProto.Joined;
import io.iommuledger.protocol.v1.GatewayProto.Proof;
import io.iommuledger.protocol.v1.GatewayProto.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** An agent's end of the wire in a test's hand. */
final class FakeAgent implements AutoCloseable {
    static final String MACHINE = "machine";
    private static final long PATIENCE_SECONDS = 20;

    final BlockingQueue<GatewayMessage> received = new LinkedBlockingQueue<>();
    final CountDownLatch signsOfLife = new CountDownLatch(2);
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final ManagedChannel channel;
    private final StreamObserver<AgentMessage> requests;
    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();
    private final As as;

    /**
     * As whom it dials.
     *
     * @param fits whether it takes itself for the one that the store welcomes
     */
    record As(
            StreamId stream,
            UUID instance,
            boolean remainder,
            String machineId,
            TestKey key,
            long session,
            Predicate<Welcome> fits) {
        private static final AtomicLong SESSIONS = new AtomicLong();

        static As agent(StreamId stream, UUID instance) {
            return new As(stream, instance, false, MACHINE, TestKey.USUAL, SESSIONS.incrementAndGet(), welcome -> true);
        }

        /** A later start that brings the last facts of an epoch that is over. */
        As withRemainder() {
            return new As(stream, instance, true, machineId, key, session, fits);
        }

        As on(String machine) {
            return new As(stream, instance, remainder, machine, key, session, fits);
        }

        As with(TestKey other) {
            return new As(stream, instance, remainder, machineId, other, session, fits);
        }

        As inSession(long number) {
            return new As(stream, instance, remainder, machineId, key, number, fits);
        }

        /** As an agent does that has recorded just this. */
        As having(List<ByteString> recorded) {
            return new As(stream, instance, remainder, machineId, key, session, welcome -> fits(recorded, welcome));
        }

        private static boolean fits(List<ByteString> recorded, Welcome welcome) {
            int next = Math.toIntExact(welcome.getNextSequence());
            return next == 0
                    || (next <= recorded.size()
                            && welcome.getLastRecordSha256()
                                    .equals(ByteString.copyFrom(Signing.sha256(
                                            recorded.get(next - 1).toByteArray()))));
        }

        Hello hello() {
            return Hello.newBuilder()
                    .setHost(stream.host().value())
                    .setEpoch(stream.epoch())
                    .setInstance(Wire.bytes(instance))
                    .setRemainder(remainder)
                    .setMachineId(machineId)
                    .setSession(session)
                    .setPublicKey(ByteString.copyFrom(key.known().encoded()))
                    .build();
        }

        ByteString proof(ByteString nonce) {
            return key.sign(Signing.challenge(nonce, hello()));
        }
    }

    FakeAgent(String gateway, As as) {
        this(gateway, as, as::proof);
    }

    /** @param proof what it answers to a nonce */
    FakeAgent(String gateway, As as, UnaryOperator<ByteString> proof) {
        this.as = as;
        channel = InProcessChannelBuilder.forName(gateway).build();
        requests = AgentGatewayGrpc.newStub(channel).connect(new StreamObserver<>() {
            @Override
            public void onNext(GatewayMessage message) {
                switch (message.getMessageCase()) {
                    case CHALLENGE ->
                        say(AgentMessage.newBuilder()
                                .setProof(Proof.newBuilder()
                                        .setSignature(proof.apply(
                                                message.getChallenge().getNonce()))));
                    case WELCOME -> welcomed(message);
                    case MESSAGE_NOT_SET -> signsOfLife.countDown();
                    default -> received.add(message);
                }
            }

            @Override
            public void onError(Throwable failure) {
                ended.complete(Status.fromThrowable(failure));
            }

            @Override
            public void onCompleted() {
                ended.complete(Status.OK);
            }
        });
        say(AgentMessage.newBuilder().setHello(as.hello()));
    }

    private void welcomed(GatewayMessage message) {
        if (as.fits().test(message.getWelcome())) {
            say(AgentMessage.newBuilder().setJoined(Joined.getDefaultInstance()));
            received.add(message);
            joined.complete(true);
        } else {
            say(AgentMessage.newBuilder().setDiverged(Diverged.getDefaultInstance()));
        }
    }

    private void say(AgentMessage.Builder message) {
        synchronized (requests) {
            requests.onNext(message.build());
        }
    }

    /** The sequence that the store wants next. */
    long welcomed() {
        return next().getWelcome().getNextSequence();
    }

    /** Tells the beginning of the epoch and one device, and waits until they are stored. */
    FakeAgent begun(PciAddress device, long memoryLockLimit) {
        send(
                0,
                beginning(as.instance(), as.machineId(), memoryLockLimit),
                new DeviceDiscovered(device, 1, 0, 0, 0, "vfio-pci", List.of(), List.of()));
        storedBelow(2);
        return this;
    }

    static EpochBegan beginning(UUID instance) {
        return beginning(instance, MACHINE, -1);
    }

    private static EpochBegan beginning(UUID instance, String machine, long memoryLockLimit) {
        return new EpochBegan(
                instance, machine, "boot", "6.1", "test", Policies.KERNEL, false, memoryLockLimit, Optional.empty());
    }

    void send(long first, Fact... facts) {
        sendAs(first, first, facts);
    }

    /** Facts that an operation caused. */
    void sendOf(UUID operation, long first, Fact... facts) {
        List<ByteString> records = new ArrayList<>();
        for (int i = 0; i < facts.length; i++) {
            Stamp stamp = new Stamp(first + i, first + i, first + i, Optional.of(operation));
            records.add(ByteString.copyFrom(FactCodec.encode(new RecordedFact(stamp, facts[i]))));
        }
        sendRecords(first, records);
    }

    /** Facts whose records name other sequences than their place. */
    void sendAs(long first, long said, Fact... facts) {
        List<ByteString> records = new ArrayList<>();
        for (int i = 0; i < facts.length; i++) {
            records.add(encoded(said + i, facts[i]));
        }
        sendRecords(first, records);
    }

    /** The bytes of a fact, the same ones every time. */
    static ByteString encoded(long sequence, Fact fact) {
        Stamp stamp = new Stamp(sequence, sequence, sequence, Optional.empty());
        return ByteString.copyFrom(FactCodec.encode(new RecordedFact(stamp, fact)));
    }

    void sendRecords(long first, List<ByteString> records) {
        byte[] signed = Signing.batch(
                as.stream(),
                first,
                records.stream().map(ByteString::toByteArray).toList());
        sendRecords(first, records, as.key().sign(signed));
    }

    /** Once it has joined; what is sent in a session that ended instead goes nowhere. */
    void sendRecords(long first, List<ByteString> records, ByteString signature) {
        awaitJoined();
        say(AgentMessage.newBuilder()
                .setFacts(GatewayProto.FactBatch.newBuilder()
                        .setFirstSequence(first)
                        .addAllRecords(records)
                        .setSignature(signature)));
    }

    void watermark(long wallNanos, long next) {
        say(AgentMessage.newBuilder()
                .setWatermark(GatewayProto.Watermark.newBuilder()
                        .setWallNanos(wallNanos)
                        .setNextSequence(next)));
    }

    /** A fact, in as many records as its lists take; the sequence after it. */
    long sendWhole(long first, Fact fact) {
        List<Fact> records = Parts.of(fact);
        List<ByteString> encoded = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            Stamp stamp = new Stamp(first + i, first, first, Optional.empty(), i == records.size() - 1 ? i : 0);
            encoded.add(ByteString.copyFrom(FactCodec.encode(new RecordedFact(stamp, records.get(i)))));
        }
        sendRecords(first, encoded);
        return first + records.size();
    }

    /** The next instruction, when all its pieces are there. */
    Told told() {
        InstructionPieces pieces = new InstructionPieces();
        List<Integer> messageBytes = new ArrayList<>();
        while (true) {
            GatewayMessage message = next();
            messageBytes.add(message.getSerializedSize());
            Optional<Instruction> whole = pieces.take(message.getInstructed()).map(InstructionCodec::decode);
            if (whole.isPresent()) {
                return new Told(Wire.uuid(message.getInstructed().getOperation()), whole.get(), messageBytes);
            }
        }
    }

    record Told(UUID operation, Instruction instruction, List<Integer> messageBytes) {}

    void succeeded(long sequence, UUID operation) {
        send(
                sequence,
                new InstructionEnded(operation, Outcome.SUCCEEDED, Optional.empty(), Figures.NONE.withContext(1)));
    }

    long storedBelow(long sequence) {
        long stored;
        do {
            stored = next().getStored().getNextSequence();
        } while (stored < sequence);
        return stored;
    }

    /** Whether it may send facts; if not, the session has ended. */
    boolean awaitJoined() {
        CompletableFuture.anyOf(joined, ended)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        return joined.isDone();
    }

    /** How much is acknowledged when it is so much or the session ends; 0 if nothing was. */
    long storedOrEnd(long sequence) throws InterruptedException {
        long stored = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (stored < sequence) {
            assertThat(System.nanoTime())
                    .as("stored below %d of %d", stored, sequence)
                    .isLessThan(deadline);
            GatewayMessage message = received.poll(10, TimeUnit.MILLISECONDS);
            if (message != null) {
                stored = Math.max(stored, message.getStored().getNextSequence());
            } else if (ended.isDone() && received.isEmpty()) {
                return stored;
            }
        }
        return stored;
    }

    /** As by itself; returns when that is done. */
    void hangUp() {
        channel.shutdownNow();
        ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    UUID instructed() {
        return Wire.uuid(next().getInstructed().getOperation());
    }

    GatewayMessage next() {
        try {
            GatewayMessage message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came for " + as.stream() + "; ended=" + ended);
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Status end() throws Exception {
        return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
