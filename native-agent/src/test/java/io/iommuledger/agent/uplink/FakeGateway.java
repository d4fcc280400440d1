package io.iommuledger.agent.uplink;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.InstructionCodec;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.Diverged;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.GatewayProto.Instructed;
import io.iommuledger.protocol.v1.GatewayProto.Proof;
import io.iommuledger.protocol.v1.GatewayProto.Stored;
import io.iommuledger.protocol.v1.GatewayProto.Watermark;
import io.iommuledger.protocol.v1.OperationProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A command side with a list for a store. It notes every breach of the contract: a batch that does not follow the one
 * before it, or a fact that was acknowledged already. Subclasses decide what becomes of a batch.
 */
class FakeGateway extends AgentGatewayGrpc.AgentGatewayImplBase {

    /** What becomes of a batch. */
    enum Fate {
        STORED_AND_ACKNOWLEDGED,
        STORED,
        STORED_THEN_BROKEN,
        BROKEN
    }

    final List<Hello> hellos = new ArrayList<>();
    final List<ByteString> stored = new ArrayList<>();
    final List<Watermark> watermarks = new ArrayList<>();
    final List<String> breaches = new ArrayList<>();
    final List<Diverged> diverged = new ArrayList<>();
    int completed;
    private long acknowledged;
    private Optional<Call> current = Optional.empty();

    Fate fate(FactBatch batch) {
        return Fate.STORED_AND_ACKNOWLEDGED;
    }

    /** Answers a Hello once it is proved; empty for a Welcome, else the status with which the call ends. */
    Optional<Status> refusal(Hello hello) {
        return Optional.empty();
    }

    @Override
    public final synchronized StreamObserver<AgentMessage> connect(StreamObserver<GatewayMessage> down) {
        Call call = new Call((ServerCallStreamObserver<GatewayMessage>) down);
        current = Optional.of(call);
        opened(call.down);
        if (saysThatItIsThere()) {
            SignsOfLife.give(this, down, () -> call.over);
        }
        return call;
    }

    boolean saysThatItIsThere() {
        return true;
    }

    /** Before the first message of a call is asked for. */
    void opened(ServerCallStreamObserver<GatewayMessage> call) {}

    /** Asks the agent for more messages, of a call that does not do so by itself. */
    final void request(int messages) {
        current.orElseThrow().down.request(messages);
    }

    final synchronized void acknowledge(long next) {
        acknowledged = Math.max(acknowledged, next);
        current.orElseThrow()
                .send(GatewayMessage.newBuilder()
                        .setStored(Stored.newBuilder().setNextSequence(next))
                        .build());
    }

    final synchronized int hellos() {
        return hellos.size();
    }

    final synchronized int size() {
        return stored.size();
    }

    final synchronized long acknowledged() {
        return acknowledged;
    }

    final synchronized void end(Status status) {
        current.orElseThrow().end(status);
    }

    final void instruct(UUID operation, Instruction instruction, long expiryNanos) {
        instruct(operation, InstructionCodec.encode(instruction), expiryNanos);
    }

    final synchronized void instruct(UUID operation, OperationProto.Instruction instruction, long expiryNanos) {
        current.orElseThrow()
                .send(GatewayMessage.newBuilder()
                        .setInstructed(Instructed.newBuilder()
                                .setOperation(Wire.bytes(operation))
                                .setInstruction(instruction)
                                .setExpiryNanos(expiryNanos))
                        .build());
    }

    /** Whether facts that were stored without a word are acknowledged once no more come. */
    boolean acknowledgesWhenQuiet() {
        return false;
    }

    private final class Call implements StreamObserver<AgentMessage> {
        private final ServerCallStreamObserver<GatewayMessage> down;
        private Optional<Doorkeeper> door = Optional.empty();
        private boolean over;
        private long expected;

        Call(ServerCallStreamObserver<GatewayMessage> down) {
            this.down = down;
        }

        @Override
        public void onNext(AgentMessage message) {
            synchronized (FakeGateway.this) {
                if (over) {
                    return;
                }
                switch (message.getMessageCase()) {
                    case HELLO -> hello(message.getHello());
                    case PROOF -> proof(message.getProof());
                    case FACTS -> facts(message.getFacts());
                    case DIVERGED -> {
                        diverged.add(message.getDiverged());
                        end(Status.FAILED_PRECONDITION.withDescription("diverged"));
                    }
                    case WATERMARK -> watermark(message.getWatermark());
                    case JOINED -> {
                        // Facts may follow.
                    }
                    case MESSAGE_NOT_SET -> breaches.add("an empty message");
                }
            }
        }

        private void watermark(Watermark watermark) {
            watermarks.add(watermark);
            if (acknowledgesWhenQuiet()) {
                acknowledge(expected);
            }
        }

        private void hello(Hello hello) {
            hellos.add(hello);
            door = Optional.of(new Doorkeeper(hello));
            send(door.orElseThrow().challenge());
        }

        private void proof(Proof proof) {
            if (!door.orElseThrow().accepts(proof)) {
                breaches.add("a proof that is none");
            }
            Optional<Status> refused = refusal(door.orElseThrow().hello());
            if (refused.isPresent()) {
                end(refused.get());
                return;
            }
            expected = stored.size();
            acknowledged = expected;
            send(Doorkeeper.welcome(stored));
        }

        private void facts(FactBatch batch) {
            if (!door.orElseThrow().accepts(batch)) {
                breaches.add("not signed=" + batch.getFirstSequence());
            }
            if (batch.getFirstSequence() != expected) {
                breaches.add("expected=" + expected + ", got=" + batch.getFirstSequence());
            }
            if (batch.getFirstSequence() < acknowledged) {
                breaches.add("acknowledged=" + acknowledged + ", sent again=" + batch.getFirstSequence());
            }
            Fate fate = fate(batch);
            if (fate != Fate.BROKEN) {
                stored.addAll(batch.getRecordsList());
                expected += batch.getRecordsCount();
            }
            switch (fate) {
                case STORED_AND_ACKNOWLEDGED -> acknowledge(expected);
                case STORED -> {
                    // Says nothing.
                }
                case STORED_THEN_BROKEN, BROKEN -> end(Status.UNAVAILABLE.withDescription("planted"));
            }
        }

        void send(GatewayMessage message) {
            if (!over) {
                down.onNext(message);
            }
        }

        void end(Status status) {
            over = true;
            down.onError(status.asRuntimeException());
        }

        @Override
        public void onError(Throwable error) {
            over = true;
        }

        @Override
        public void onCompleted() {
            synchronized (FakeGateway.this) {
                completed++;
                if (!over) {
                    over = true;
                    down.onCompleted();
                }
            }
        }
    }
}
