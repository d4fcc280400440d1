package io.iommuledger.command;

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
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent's end of the wire in a test's hand. */
final class FakeAgent implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    final BlockingQueue<GatewayMessage> received = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final ManagedChannel channel;
    private final StreamObserver<AgentMessage> requests;
    private final StreamId stream;
    private final UUID instance;

    FakeAgent(String gateway, StreamId stream, UUID instance) {
        this(gateway, stream, instance, false);
    }

    /** A later start that brings the last facts of an epoch that is over. */
    static FakeAgent withRemainder(String gateway, StreamId stream, UUID instance) {
        return new FakeAgent(gateway, stream, instance, true);
    }

    private FakeAgent(String gateway, StreamId stream, UUID instance, boolean remainder) {
        this.stream = stream;
        this.instance = instance;
        channel = InProcessChannelBuilder.forName(gateway).build();
        requests = AgentGatewayGrpc.newStub(channel).connect(new StreamObserver<>() {
            @Override
            public void onNext(GatewayMessage message) {
                received.add(message);
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
        requests.onNext(AgentMessage.newBuilder()
                .setHello(GatewayProto.Hello.newBuilder()
                        .setHost(stream.host().value())
                        .setEpoch(stream.epoch())
                        .setInstance(Wire.bytes(instance))
                        .setRemainder(remainder))
                .build());
    }

    /** The sequence that the store wants next. */
    long welcomed() {
        return next().getWelcome().getNextSequence();
    }

    /** Tells the beginning of the epoch and one device, and waits until they are stored. */
    FakeAgent begun(PciAddress device, long memoryLockLimit) {
        send(
                0,
                new EpochBegan(
                        instance,
                        "machine",
                        "boot",
                        "6.1",
                        "test",
                        Policies.KERNEL,
                        false,
                        memoryLockLimit,
                        Optional.empty()),
                new DeviceDiscovered(device, 1, 0, 0, 0, "vfio-pci", List.of(), List.of()));
        storedBelow(2);
        return this;
    }

    void send(long first, Fact... facts) {
        sendAs(first, first, facts);
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
        requests.onNext(AgentMessage.newBuilder()
                .setFacts(GatewayProto.FactBatch.newBuilder()
                        .setFirstSequence(first)
                        .addAllRecords(records))
                .build());
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

    UUID instructed() {
        return Wire.uuid(next().getInstructed().getOperation());
    }

    GatewayMessage next() {
        try {
            GatewayMessage message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came for " + stream + "; ended=" + ended);
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
