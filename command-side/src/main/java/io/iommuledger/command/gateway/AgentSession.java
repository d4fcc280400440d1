package io.iommuledger.command.gateway;

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
    private final HostView view;
    private long nextSequence;
    private boolean over;

    AgentSession(ServerCallStreamObserver<GatewayMessage> responses, HostView view, long nextSequence) {
        this.responses = responses;
        this.view = view;
        this.nextSequence = nextSequence;
    }

    public HostView view() {
        return view;
    }

    long nextSequence() {
        return nextSequence;
    }

    void welcome() {
        send(GatewayMessage.newBuilder()
                .setWelcome(GatewayProto.Welcome.newBuilder().setNextSequence(nextSequence))
                .build());
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

    synchronized void end(Status status) {
        if (!over) {
            over = true;
            responses.onError(status.asRuntimeException());
        }
    }

    synchronized void complete() {
        if (!over) {
            over = true;
            responses.onCompleted();
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
