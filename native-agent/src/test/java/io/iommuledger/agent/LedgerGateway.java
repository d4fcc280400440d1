package io.iommuledger.agent;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.iommuledger.agent.uplink.Doorkeeper;
import io.iommuledger.agent.uplink.SignsOfLife;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.GatewayProto.Proof;
import io.iommuledger.protocol.v1.GatewayProto.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A command side with lists for a store, one an epoch. It lets the newest epoch speak, and notes what no agent may do: to
 * leave a gap, or to send again what was acknowledged.
 */
class LedgerGateway extends AgentGatewayGrpc.AgentGatewayImplBase {
    final List<String> breaches = new ArrayList<>();
    final List<String> hellos = new ArrayList<>();
    private final TreeMap<Long, List<ByteString>> streams = new TreeMap<>();
    private boolean refusesRemainders;

    /** Whether it says that it has stored some facts. */
    boolean acknowledges(List<RecordedFact> facts) {
        return true;
    }

    final synchronized void refuseRemainders() {
        refusesRemainders = true;
    }

    final synchronized List<RecordedFact> facts(long epoch) {
        return streams.getOrDefault(epoch, List.of()).stream()
                .map(record -> FactCodec.decode(record.toByteArray()))
                .toList();
    }

    final synchronized List<byte[]> stored(long epoch) {
        return streams.getOrDefault(epoch, List.of()).stream()
                .map(ByteString::toByteArray)
                .toList();
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<GatewayMessage> down) {
        Call call = new Call(down);
        SignsOfLife.give(this, down, () -> call.over);
        return call;
    }

    private final class Call implements StreamObserver<AgentMessage> {
        private final StreamObserver<GatewayMessage> down;
        private Optional<Doorkeeper> door = Optional.empty();
        private List<ByteString> stream = new ArrayList<>();
        private int acknowledged;
        private boolean over;

        Call(StreamObserver<GatewayMessage> down) {
            this.down = down;
        }

        @Override
        public void onNext(AgentMessage message) {
            synchronized (LedgerGateway.this) {
                switch (message.getMessageCase()) {
                    case HELLO -> hello(message.getHello());
                    case PROOF -> proof(message.getProof());
                    case FACTS -> facts(message.getFacts());
                    case DIVERGED -> breaches.add("the agent does not know what it sent: " + message.getDiverged());
                    case JOINED, WATERMARK, MESSAGE_NOT_SET -> {
                        // nothing to note
                    }
                }
            }
        }

        private void hello(Hello hello) {
            door = Optional.of(new Doorkeeper(hello));
            down.onNext(door.orElseThrow().challenge());
        }

        private void proof(Proof proof) {
            if (!door.orElseThrow().accepts(proof)) {
                breaches.add("a proof that is none");
            }
            welcome(door.orElseThrow().hello());
        }

        private void welcome(Hello hello) {
            hellos.add((hello.getRemainder() ? "remainder of " : "") + hello.getEpoch());
            boolean over = !streams.isEmpty() && hello.getEpoch() < streams.lastKey();
            if (over || (hello.getRemainder() && refusesRemainders)) {
                over = true;
                down.onError(Status.FAILED_PRECONDITION
                        .withDescription("epoch " + hello.getEpoch() + " is over")
                        .asRuntimeException());
                return;
            }
            stream = streams.computeIfAbsent(hello.getEpoch(), fresh -> new ArrayList<>());
            acknowledged = stream.size();
            down.onNext(Doorkeeper.welcome(stream));
        }

        private void facts(FactBatch batch) {
            if (!door.orElseThrow().accepts(batch)) {
                breaches.add("facts from " + batch.getFirstSequence() + " on that are not signed");
            }
            if (batch.getFirstSequence() != stream.size()) {
                breaches.add("expected=" + stream.size() + ", got=" + batch.getFirstSequence() + ", acknowledged="
                        + acknowledged);
                return;
            }
            stream.addAll(batch.getRecordsList());
            if (acknowledges(batch.getRecordsList().stream()
                    .map(record -> FactCodec.decode(record.toByteArray()))
                    .toList())) {
                acknowledged = stream.size();
                down.onNext(GatewayMessage.newBuilder()
                        .setStored(Stored.newBuilder().setNextSequence(acknowledged))
                        .build());
            }
        }

        @Override
        public void onError(Throwable broken) {
            synchronized (LedgerGateway.this) {
                over = true;
            }
        }

        @Override
        public void onCompleted() {
            synchronized (LedgerGateway.this) {
                over = true;
                down.onCompleted();
            }
        }
    }
}
