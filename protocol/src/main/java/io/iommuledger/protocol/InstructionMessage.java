package io.iommuledger.protocol;

import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.v1.GatewayProto;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;

/** The message that brings an operation's instruction to the agent. */
public final class InstructionMessage {
    /**
     * What an agent takes in. A longer message would end its session, and again after every reconnect, for as long as the
     * operation is open; so none is ever made of a request.
     */
    public static final int MOST_BYTES = 16 << 20;

    private InstructionMessage() {}

    public static GatewayMessage of(OperationRequested request) {
        return GatewayMessage.newBuilder()
                .setInstructed(GatewayProto.Instructed.newBuilder()
                        .setOperation(Wire.bytes(request.operation()))
                        .setInstruction(InstructionCodec.encode(request.instruction()))
                        .setExpiryNanos(request.expiryNanos()))
                .build();
    }
}
