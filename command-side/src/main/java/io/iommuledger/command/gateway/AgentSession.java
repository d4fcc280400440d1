package io.iommuledger.command.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.iommuledger.command.host.HostView;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.InstructionMessage;
import io.iommuledger.protocol.v1.GatewayProto;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;

/** The open stream of one agent. Facts come in on the call's thread; instructions may be sent from any. */
public final class AgentSession {
    private final ServerCallStreamObserver<GatewayMessage> responses;
    private final Peer peer;
    private volatile HostView view;
    private long nextSequence;
    private boolean over;

    AgentSession(ServerCallStreamObserver<GatewayMessage> responses, Peer peer) {
        this.responses = responses;
        this.peer = peer;
        this.view = new HostView(peer.stream());
    }

    Peer peer() {
        return peer;
    }

    public HostView view() {
        return view;
    }

    /** What the store has of its stream. */
    void has(Ingest.Stored stored) {
        view = stored.view();
        nextSequence = stored.nextSequence();
    }

    long nextSequence() {
        return nextSequence;
    }

    void welcome(ByteString lastRecordSha256) {
        send(GatewayMessage.newBuilder()
                .setWelcome(GatewayProto.Welcome.newBuilder()
                        .setNextSequence(nextSequence)
                        .setLastRecordSha256(lastRecordSha256))
                .build());
    }

    /** A sign of life. A peer that does not read is sent none: they would pile up. */
    synchronized void beat() {
        if (!over && !responses.isCancelled() && responses.isReady()) {
            responses.onNext(GatewayMessage.getDefaultInstance());
        }
    }

    void stored(long next) {
        nextSequence = next;
        send(GatewayMessage.newBuilder()
                .setStored(GatewayProto.Stored.newBuilder().setNextSequence(next))
                .build());
    }

    /** Sends an instruction; if the stream is breaking it is sent again when the agent is back in the same epoch. */
    public synchronized void instruct(OperationRequested request) {
        InstructionMessage.of(request).forEach(this::send);
    }

    void end(Status status) {
        end(status, new Metadata());
    }

    synchronized void end(Status status, Metadata trailers) {
        if (!over) {
            over = true;
            responses.onError(status.asRuntimeException(trailers));
        }
    }

    synchronized void complete() {
        if (!over) {
            over = true;
            responses.onCompleted();
        }
    }

    /** @throws SentAway if it was ended, by another one that took its place or because it may not speak any more */
    synchronized void requireOpen() {
        if (over) {
            throw new SentAway(Status.Code.ABORTED, "the session of " + peer.stream() + " is over");
        }
    }

    /** The agent hung up. */
    synchronized void gone() {
        over = true;
    }

    private synchronized void send(GatewayMessage message) {
        if (!over) {
            responses.onNext(message);
        }
    }
}
